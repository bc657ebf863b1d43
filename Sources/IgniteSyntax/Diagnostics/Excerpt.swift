/// The part of a source that the labels of a diagnostic point at.
struct Excerpt {
  private let source: Source
  private let severity: Diagnostic.Severity
  private let width: Int
  private var inline: [Label] = []
  private var crossing: [Label] = []

  /// A label with the zero-based lines of its first and last byte.
  private struct Label {
    var span: Span
    var text: String
    var isPrimary: Bool
    var firstLine: Int
    var lastLine: Int
  }

  /// The most labels over several lines that are drawn as such; further ones mark their first line.
  private static let crossingLimit = 4

  /// Takes the labels of a diagnostic; `width` is the most columns of a line that are shown.
  init(of diagnostic: Diagnostic, in source: Source, width: Int) {
    (self.source, severity, self.width) = (source, diagnostic.severity, width)
    if let primary = diagnostic.primary { add(primary, isPrimary: true) }
    for label in diagnostic.secondary.prefix(50) { add(label, isPrimary: false) }
    crossing.sort { $0.span.start < $1.span.start }
  }

  private mutating func add(_ label: Diagnostic.Label, isPrimary: Bool) {
    let span = source.clamped(label.span)
    let first = source.lineIndex(at: span.start)
    let last = source.lineIndex(at: max(span.start, span.end - 1))
    var placed = Label(
      span: span, text: VisibleText.line(label.text, limit: 300), isPrimary: isPrimary,
      firstLine: first, lastLine: last)
    if last > first, crossing.count < Self.crossingLimit {
      crossing.append(placed)
    } else {
      placed.lastLine = first
      placed.span.end = max(placed.span.start, min(span.end, source.lineSpan(first).end))
      inline.append(placed)
    }
  }

  /// The rows with the number of the line they show: absent for rows below a line.
  var rows: [(number: Int?, isGap: Bool, row: StyledRow)] {
    var open: Set<Int> = []
    var rows: [(number: Int?, isGap: Bool, row: StyledRow)] = []
    var previous: Int?
    for line in shownLines {
      if let previous, line > previous + 1 { rows.append((nil, true, margin(open))) }
      for (number, row) in self.rows(of: line, &open) { rows.append((number, false, row)) }
      previous = line
    }
    return rows
  }

  /// The highest line number that is shown, counted from one.
  var highestNumber: Int { (shownLines.last ?? 0) + 1 }

  private var shownLines: [Int] {
    var lines = Set(inline.map(\.firstLine))
    for label in crossing {
      let (first, last) = (label.firstLine, label.lastLine)
      lines.formUnion(last - first < 6 ? Array(first...last) : [first, first + 1, last - 1, last])
    }
    let sorted = lines.sorted()
    for (line, next) in zip(sorted, sorted.dropFirst()) where next == line + 2 {
      lines.insert(line + 1)
    }
    return lines.sorted()
  }

  private func rows(of line: Int, _ open: inout Set<Int>) -> [(Int?, StyledRow)] {
    let span = source.lineSpan(line)
    var rows: [(Int?, StyledRow)] = []
    for group in groups(on: line) {
      let excerpt = LineExcerpt(span, of: source, around: group[0].offset, width: width)
      rows.append((line + 1, sourceRow(excerpt, group, &open)))
      let marks = group.compactMap { $0.label.map { mark($0, excerpt) } }
      rows += LineMarks(marks: marks, severity: severity)
        .rows(margin: margin(open), width: marginWidth).map { (nil, $0) }
      rows += edgeRows(excerpt, group, &open).map { (nil, $0) }
    }
    return rows
  }

  /// Where something is drawn on a line: a label, or the start or end of one over several lines.
  private struct Anchor {
    var offset: Int
    var label: Label?
    var slot: Int = 0
    var isStart = false
  }

  /// The anchors of a line, split where the line is too long to show them together.
  private func groups(on line: Int) -> [[Anchor]] {
    var anchors = inline.filter { $0.firstLine == line }
      .map { Anchor(offset: $0.span.start, label: $0) }
    for (slot, label) in crossing.enumerated() {
      if label.firstLine == line {
        anchors.append(Anchor(offset: label.span.start, slot: slot, isStart: true))
      }
      if label.lastLine == line { anchors.append(Anchor(offset: label.span.end - 1, slot: slot)) }
    }
    guard !anchors.isEmpty else { return [[Anchor(offset: source.lineSpan(line).start, slot: -1)]] }
    anchors.sort { $0.offset < $1.offset }
    var groups: [[Anchor]] = []
    for anchor in anchors {
      let start = groups.last?.first?.offset ?? Int.min / 2
      let isNear = source.lineSpan(line).length <= width || anchor.offset - start < width / 2
      if isNear, !groups.isEmpty {
        groups[groups.count - 1].append(anchor)
      } else {
        groups.append([anchor])
      }
    }
    return groups
  }

  private func mark(_ label: Label, _ excerpt: LineExcerpt) -> LineMark {
    let start = excerpt.column(of: label.span.start)
    let end = max(start + 1, excerpt.column(of: label.span.end))
    return LineMark(columns: start..<end, text: label.text, isPrimary: label.isPrimary)
  }

  private var marginWidth: Int { 2 * crossing.count }

  private func margin(_ open: Set<Int>) -> StyledRow {
    var row = StyledRow()
    for slot in open { row.put("|", at: 2 * slot, style(crossing[slot])) }
    return row
  }

  private func style(_ label: Label) -> DiagnosticStyle {
    label.isPrimary ? .severity(severity) : .secondary
  }

  private func sourceRow(
    _ excerpt: LineExcerpt, _ group: [Anchor], _ open: inout Set<Int>
  ) -> StyledRow {
    var row = margin(open)
    for anchor in group where anchor.isStart && excerpt.isBlank(before: anchor.offset) {
      row.put("/", at: 2 * anchor.slot, style(crossing[anchor.slot]))
      open.insert(anchor.slot)
    }
    if !excerpt.text.isEmpty { row.end(with: excerpt.text, at: marginWidth, .plain) }
    return row
  }

  private func edgeRows(
    _ excerpt: LineExcerpt, _ group: [Anchor], _ open: inout Set<Int>
  ) -> [StyledRow] {
    var rows: [StyledRow] = []
    for anchor in group where anchor.label == nil && anchor.slot >= 0 {
      if anchor.isStart {
        guard open.insert(anchor.slot).inserted else { continue }
        rows.append(edgeRow(excerpt, anchor, open.subtracting([anchor.slot])))
      } else {
        var row = edgeRow(excerpt, anchor, open)
        let label = crossing[anchor.slot]
        if !label.text.isEmpty { row.end(with: label.text, at: row.width + 1, style(label)) }
        rows.append(row)
        open.remove(anchor.slot)
      }
    }
    return rows
  }

  private func edgeRow(_ excerpt: LineExcerpt, _ anchor: Anchor, _ open: Set<Int>) -> StyledRow {
    let label = crossing[anchor.slot]
    let column = marginWidth + excerpt.column(of: anchor.offset)
    var row = StyledRow()
    row.fill((2 * anchor.slot + 1)..<column, "_", style(label))
    for slot in open { row.put("|", at: 2 * slot, style(crossing[slot])) }
    row.put(label.isPrimary ? "^" : "-", at: column, style(label))
    return row
  }
}
