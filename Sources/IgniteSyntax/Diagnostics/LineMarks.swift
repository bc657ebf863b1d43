/// A label that lies on one line, in columns of its excerpt.
struct LineMark {
  var columns: Range<Int>
  var text: String
  var isPrimary: Bool
}

/// The rows below a line of source: marks, and the words that belong to them.
struct LineMarks {
  let marks: [LineMark]
  let severity: Diagnostic.Severity

  /// Draws the rows to the right of a margin that is already in `row`.
  func rows(margin row: StyledRow, width margin: Int) -> [StyledRow] {
    guard !marks.isEmpty else { return [] }
    var first = row
    for mark in marks.filter({ !$0.isPrimary }) + marks.filter(\.isPrimary) {
      first.fill(shifted(mark.columns, margin), mark.isPrimary ? "^" : "-", style(mark))
    }
    var hanging = marks.filter { !$0.text.isEmpty }.sorted { one, other in
      let (first, second) = (one.columns, other.columns)
      return (first.lowerBound, first.upperBound) > (second.lowerBound, second.upperBound)
    }
    if let mark = hanging.first, standsFree(mark, among: hanging.dropFirst()) {
      first.end(with: mark.text, at: first.width + 1, style(mark))
      hanging.removeFirst()
    }
    return [first] + rows(of: hanging, margin: row, width: margin)
  }

  private func rows(of hanging: [LineMark], margin row: StyledRow, width: Int) -> [StyledRow] {
    guard !hanging.isEmpty else { return [] }
    let texts = hanging.indices.map { index in
      let start = hanging[index].columns.lowerBound
      var line = self.row(row, with: hanging.filter { $0.columns.lowerBound < start }, width)
      line.end(with: hanging[index].text, at: start + width, style(hanging[index]))
      return line
    }
    return [self.row(row, with: hanging, width)] + texts
  }

  private func row(_ margin: StyledRow, with pending: [LineMark], _ width: Int) -> StyledRow {
    var row = margin
    for mark in pending { row.put("|", at: mark.columns.lowerBound + width, style(mark)) }
    return row
  }

  private func standsFree(_ mark: LineMark, among others: ArraySlice<LineMark>) -> Bool {
    let end = marks.map(\.columns.upperBound).max() ?? 0
    return mark.columns.upperBound == end && !others.contains { $0.columns.overlaps(mark.columns) }
      || others.isEmpty
  }

  private func style(_ mark: LineMark) -> DiagnosticStyle {
    mark.isPrimary ? .severity(severity) : .secondary
  }

  private func shifted(_ range: Range<Int>, _ offset: Int) -> Range<Int> {
    (range.lowerBound + offset)..<(range.upperBound + offset)
  }
}
