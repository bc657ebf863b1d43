extension TOMLParser {
  /// Reads `[name]` or `[[name]]`; a missing bracket is reported and the table opened all the same.
  mutating func parseHeader(_ statement: inout TOMLStatement) -> Bool {
    let start = position
    section += 1
    take(.openBracket)
    let isArray = byte() == Byte.openBracket
    if isArray {
      take(.openBracket)
      statement.kind = .arrayHeader
    } else {
      statement.kind = .header
    }
    skipBlanks()
    let keyStart = position
    let hasKey = parseKey()
    statement.key = Span(keyStart, position)
    let isClosed = hasKey && closeHeader(isArray: isArray, from: start)
    let span = Span(start, position)
    let table = hasKey ? openTable(isArray: isArray, header: span) : nil
    currentTable = table ?? detachedTable(span)
    statement.node = currentTable
    statement.table = currentTable
    return isClosed
  }

  private mutating func closeHeader(isArray: Bool, from start: Int) -> Bool {
    let keyEnd = position
    skipBlanks()
    for _ in 0..<(isArray ? 2 : 1) {
      guard byte() == Byte.closeBracket else {
        let close = isArray ? "]]" : "]"
        report(
          "toml-unclosed-header", "the table header is not closed", at: Span(start, keyEnd),
          label: "`\(close)` is missing")
        return false
      }
      take(.closeBracket)
    }
    return true
  }

  /// A table outside the tree: it takes the keys below a header that cannot be followed.
  private mutating func detachedTable(_ span: Span) -> Int32 {
    addNode(TOMLNode(.table, traits: .header, depth: 1, parent: TOMLNode.none, span: span))
  }

  private mutating func openTable(isArray: Bool, header: Span) -> Int32? {
    var table: Int32 = 0
    for position in 0..<keyParts.count - 1 {
      guard let next = superTable(of: table, keyParts[position], header) else { return nil }
      table = next
    }
    guard Int(output.nodes[Int(table)].depth) + 2 <= limits.depth else {
      reportDepth(at: header)
      return nil
    }
    let last = keyParts[keyParts.count - 1]
    return isArray
      ? openElement(of: table, last, header) : openTable(of: table, last, header)
  }

  private mutating func superTable(
    of table: Int32, _ part: TOMLKeyPart, _ header: Span
  ) -> Int32? {
    guard let existing = member(of: table, part) else {
      guard Int(output.nodes[Int(table)].depth) + 2 <= limits.depth else {
        reportDepth(at: part.span)
        return nil
      }
      let made = addMember(.table, of: table, part, traits: [], span: header)
      note(part, standsFor: made)
      return made
    }
    note(part, standsFor: existing)
    switch output.nodes[Int(existing)].kind {
    case .table: return existing
    case .arrayOfTables: return output.nodes[Int(existing)].lastChild
    default:
      reportBlockedPath(part, by: existing)
      return nil
    }
  }

  private mutating func openElement(
    of table: Int32, _ part: TOMLKeyPart, _ header: Span
  ) -> Int32? {
    let array: Int32
    if let existing = member(of: table, part) {
      guard output.nodes[Int(existing)].kind == .arrayOfTables else {
        reportClash(part, with: existing)
        return nil
      }
      array = existing
    } else {
      array = addMember(.arrayOfTables, of: table, part, traits: .header, span: header)
    }
    note(part, standsFor: array)
    let depth = Int(output.nodes[Int(array)].depth) + 1
    let element = addNode(
      TOMLNode(.table, traits: .header, depth: depth, parent: array, span: header))
    link(element, to: array)
    return element
  }

  private mutating func openTable(
    of table: Int32, _ part: TOMLKeyPart, _ header: Span
  ) -> Int32? {
    guard let existing = member(of: table, part) else {
      let made = addMember(.table, of: table, part, traits: .header, span: header)
      note(part, standsFor: made)
      return made
    }
    let node = output.nodes[Int(existing)]
    guard node.kind == .table, node.traits.isDisjoint(with: [.header, .dotted, .inline]) else {
      reportClash(part, with: existing)
      return nil
    }
    output.nodes[Int(existing)].traits.insert(.header)
    output.nodes[Int(existing)].span = header
    output.nodes[Int(existing)].keyStart = Int32(truncatingIfNeeded: part.span.start)
    output.nodes[Int(existing)].keyEnd = Int32(truncatingIfNeeded: part.span.end)
    note(part, standsFor: existing)
    return existing
  }
}
