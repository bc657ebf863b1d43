extension TOMLParser {
  /// Reads `key = value`; false where the rest of the line or element is to be given up.
  mutating func parseKeyValue(
    _ statement: inout TOMLStatement, in table: Int32, isInline: Bool
  ) -> Bool {
    let start = position
    guard parseKey() else { return false }
    statement.key = Span(start, position)
    skipBlanks()
    guard byte() == Byte.equals else {
      reportMissingEquals(statement.key)
      return false
    }
    let id = defineMember(of: table, isInline: isInline)
    statement.node = id
    take(.equals)
    skipBlanks()
    let isRead = parseValue(id)
    statement.value = output.nodes[Int(id)].span
    return isRead
  }

  private mutating func reportMissingEquals(_ key: Span) {
    report(
      "toml-missing-equals", "the key has no value", at: key,
      label: byte() == Byte.colon ? "TOML writes `=`, not `:`" : "`=` and a value are missing")
  }

  /// The node for the key that was read, outside the tree when its name cannot be given to it.
  private mutating func defineMember(of table: Int32, isInline: Bool) -> Int32 {
    let traits: TOMLNode.Traits = isInline ? .inline : []
    let last = keyParts[keyParts.count - 1]
    if let parent = dottedTable(of: table, isInline: isInline) {
      if let existing = member(of: parent, last) {
        reportClash(last, with: existing)
      } else if Int(output.nodes[Int(parent)].depth) < limits.depth {
        let made = addMember(.invalid, of: parent, last, traits: traits, span: last.span)
        note(last, standsFor: made)
        return made
      } else {
        reportDepth(at: last.span)
      }
    }
    let depth = Int(output.nodes[Int(table)].depth) + 1
    return addNode(
      TOMLNode(.invalid, traits: traits, depth: depth, parent: TOMLNode.none, span: last.span))
  }

  /// The table that all but the last part of the key lead to.
  private mutating func dottedTable(of table: Int32, isInline: Bool) -> Int32? {
    var current = table
    for position in 0..<keyParts.count - 1 {
      let part = keyParts[position]
      guard let next = stepInto(part, of: current, isInline: isInline) else { return nil }
      note(part, standsFor: next)
      current = next
    }
    return current
  }

  private mutating func stepInto(
    _ part: TOMLKeyPart, of table: Int32, isInline: Bool
  ) -> Int32? {
    guard let existing = member(of: table, part) else {
      guard Int(output.nodes[Int(table)].depth) < limits.depth else {
        reportDepth(at: part.span)
        return nil
      }
      let made = addMember(
        .table, of: table, part, traits: isInline ? [.dotted, .inline] : .dotted, span: part.span)
      output.nodes[Int(made)].section = section
      return made
    }
    let node = output.nodes[Int(existing)]
    let isOpen = !node.traits.contains(.dotted) || node.section == section
    guard node.kind == .table, !node.traits.contains(.header), isOpen else {
      reportBlockedPath(part, by: existing)
      return nil
    }
    output.nodes[Int(existing)].traits.insert(.dotted)
    output.nodes[Int(existing)].section = section
    return existing
  }

  /// Reads the value of a node; false where what follows is to be given up.
  mutating func parseValue(_ id: Int32) -> Bool {
    let start = position
    let isRead = parseValueText(id)
    output.nodes[Int(id)].span = Span(start, position)
    return isRead
  }

  private mutating func parseValueText(_ id: Int32) -> Bool {
    switch byte() {
    case Byte.quote: return parseString(id, isBasic: true)
    case Byte.apostrophe: return parseString(id, isBasic: false)
    case Byte.openBracket: return parseArray(id)
    case Byte.openBrace: return parseInlineTable(id)
    default: return parseWord(id)
    }
  }

  private mutating func parseString(_ id: Int32, isBasic: Bool) -> Bool {
    let quote = byte()
    let isMultiline = byte(1) == quote && byte(2) == quote
    var hasEscapes = false
    let isClosed =
      isMultiline
      ? parseMultilineString(quote, &hasEscapes)
      : isBasic ? parseBasicString(&hasEscapes) : parseLiteralString()
    if isClosed { output.nodes[Int(id)].kind = .string }
    if hasEscapes { output.nodes[Int(id)].traits.insert(.escapes) }
    return true
  }

  // MARK: Arrays

  private mutating func parseArray(_ id: Int32) -> Bool {
    let depth = Int(output.nodes[Int(id)].depth)
    guard depth < limits.depth else { return skipTooDeep() }
    output.nodes[Int(id)].kind = .array
    let open = position
    take(.openBracket)
    var isLastSound = true
    while true {
      skipTrivia()
      if byte() == Byte.closeBracket, !isAtEnd { return close(.closeBracket) }
      if isAtEnd || byte() == Byte.closeBrace || isAtStatement {
        return unwind(from: open, "array", isReported: isLastSound)
      }
      if byte() == Byte.comma {
        reportHere(
          "toml-missing-value", "there is no value before the comma", "a value belongs here")
        take(.comma)
        continue
      }
      let complaints = complaintCount
      parseElement(of: id, depth: depth + 1)
      if isUnwinding { return true }
      isLastSound = complaintCount == complaints
      skipTrivia()
      finishElement(in: "array", isReported: isLastSound)
    }
  }

  private mutating func parseElement(of array: Int32, depth: Int) {
    let start = position
    let element = addNode(
      TOMLNode(.invalid, traits: .inline, depth: depth, parent: array, span: Span(start, start)))
    link(element, to: array)
    if !parseValue(element) { skipElement(from: start) }
  }

  /// Takes the comma after an element, or complains that there is none where one is due.
  private mutating func finishElement(in place: String, isReported: Bool) {
    if byte() == Byte.comma {
      take(.comma)
    } else if isReported, !isAtEnd, !isAtCloser, !isAtStatement {
      reportHere(
        "toml-missing-comma", "the elements of the \(place) need commas between them",
        "a comma belongs before this")
    }
  }

  private var isAtCloser: Bool { byte() == Byte.closeBracket || byte() == Byte.closeBrace }

  private mutating func reportHere(_ code: Diagnostic.Code, _ message: String, _ label: String) {
    report(code, message, at: Span(position, min(position + 1, bytes.count)), label: label)
  }

  private mutating func close(_ kind: TOMLToken.Kind) -> Bool {
    take(kind)
    return true
  }

  /// Ends all open brackets at a place that cannot belong to them, with one complaint.
  private mutating func unwind(from open: Int, _ kind: String, isReported: Bool) -> Bool {
    if isReported {
      report(
        kind == "array" ? "toml-unclosed-array" : "toml-unclosed-inline-table",
        "the \(kind) is not closed", at: Span(open, open + 1), label: "opened here")
    }
    isUnwinding = true
    return true
  }

  /// Gives up on an element: goes on to the next comma, closing bracket or line end.
  private mutating func skipElement(from start: Int) {
    let from = position
    while !isAtEnd, !isAtNewline {
      let current = byte()
      if current == Byte.comma || isAtCloser { break }
      position += 1
    }
    if position == start, !isAtEnd, !isAtNewline { position += 1 }
    if position > from { emit(.unreadable, from: from) }
  }

  // MARK: Inline tables

  private mutating func parseInlineTable(_ id: Int32) -> Bool {
    guard Int(output.nodes[Int(id)].depth) < limits.depth else { return skipTooDeep() }
    output.nodes[Int(id)].kind = .inlineTable
    let outer = section
    inlineTableCount += 1
    section = -inlineTableCount
    defer { section = outer }
    let open = position
    take(.openBrace)
    skipInlineTrivia()
    var isAfterComma = false
    while true {
      if byte() == Byte.closeBrace, !isAtEnd {
        if isAfterComma { reportTrailingComma() }
        return close(.closeBrace)
      }
      if isAtEnd || isAtNewline || byte() == Byte.closeBracket || isInlineTableOver {
        return unwind(from: open, "inline table", isReported: true)
      }
      let complaints = complaintCount
      parseInlineMember(of: id)
      if isUnwinding { return true }
      let isSound = complaintCount == complaints
      skipInlineTrivia()
      isAfterComma = byte() == Byte.comma
      if isAtEnd || isAtNewline || (!isAfterComma && isAtStatement) {
        return unwind(from: open, "inline table", isReported: isSound)
      }
      finishElement(in: "inline table", isReported: isSound)
      skipInlineTrivia()
    }
  }

  private mutating func parseInlineMember(of table: Int32) {
    let start = position
    var statement = TOMLStatement(kind: .keyValue, start: start, table: table)
    if !parseKeyValue(&statement, in: table, isInline: true) { skipElement(from: start) }
  }

  /// TOML 1.1 lets inline tables span lines, 1.0 does not.
  private mutating func skipInlineTrivia() {
    if version == .v1_1 { skipTrivia() } else { skipBlanks() }
  }

  private mutating func reportTrailingComma() {
    guard version == .v1_0 else { return }
    reportHere(
      "toml-version", "TOML 1.0 has no comma after the last key of an inline table",
      "after the last key")
  }

  /// A header line inside braces: the brace before it was never closed.
  private var isInlineTableOver: Bool { byte() == Byte.openBracket && isAtStatement }
}
