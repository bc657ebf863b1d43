extension TOMLLayout {
  /// The text of a dotted key from its first part up to the part at `span`.
  func keyPrefix(endingAt span: Span) -> Span? {
    let references = syntax.references
    guard var index = firstReference(from: span.start), references[index].span == span
    else { return nil }
    while index > 0, isDot(between: references[index - 1].span, and: references[index].span) {
      index -= 1
    }
    return Span(references[index].span.start, span.end)
  }

  /// The first written key part at or after `offset`.
  private func firstReference(from offset: Int) -> Int? {
    let references = syntax.references
    var low = 0
    var high = references.count
    while low < high {
      let middle = (low + high) / 2
      if references[middle].span.start < offset { low = middle + 1 } else { high = middle }
    }
    return low < references.count ? low : nil
  }

  private func isDot(between left: Span, and right: Span) -> Bool {
    guard left.end < right.start else { return false }
    let between = bytes[left.end..<right.start].filter { !$0.isBlank }
    return between == [Byte.dot]
  }

  /// The blanks and the `=` for a new key below `statement`, whose `=` stand in one column if those
  /// above are aligned.
  func assignment(for key: String, like statement: TOMLStatement?) -> String {
    guard let statement, statement.isSound, !statement.isHeader else { return " = " }
    let separator = text(Span(statement.key.end, statement.value.start))
    let width = assignmentColumn(of: statement)
    let isAligned = statements.contains {
      $0.table == statement.table && $0.isSound && assignmentColumn(of: $0) == width
        && $0.key.length + 1 < width
    }
    guard isAligned else { return separator }
    let padding = max(1, width - key.utf8.count)
    return String(repeating: " ", count: padding) + separator.drop { $0 == " " }
  }

  /// How far the `=` of a statement stands from the start of its key; 0 in a header.
  private func assignmentColumn(of statement: TOMLStatement) -> Int {
    guard !statement.isHeader else { return 0 }
    var offset = statement.key.end
    while offset < bytes.count, bytes[offset] == Byte.space { offset += 1 }
    return offset - statement.key.start
  }

  /// The last statement that could be read among `statements`.
  func lastKeyValue(in body: Range<Int>, where isMatch: (TOMLStatement) -> Bool) -> Int? {
    body.last { !statements[$0].isHeader && isMatch(statements[$0]) }
  }
}
