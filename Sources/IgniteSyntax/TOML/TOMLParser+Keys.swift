extension TOMLParser {
  /// Reads a dotted key into `keyParts`.
  mutating func parseKey() -> Bool {
    keyParts.removeAll(keepingCapacity: true)
    while parseKeyPart() {
      if keyParts.count > limits.depth {
        reportDepth(at: keyParts[keyParts.count - 1].span)
        return false
      }
      var ahead = 0
      while byte(ahead).isBlank { ahead += 1 }
      guard byte(ahead) == Byte.dot else { return true }
      skipBlanks()
      take(.dot)
      skipBlanks()
    }
    return false
  }

  private mutating func parseKeyPart() -> Bool {
    let first = byte()
    if ByteSet.bareKey.contains(first) {
      parseBareKey()
      return true
    }
    if first == Byte.quote || first == Byte.apostrophe { return parseQuotedKey(first) }
    reportMissingKey()
    return false
  }

  private mutating func parseBareKey() {
    let start = position
    while ByteSet.bareKey.contains(byte()) { position += 1 }
    emit(.bareKey, from: start)
    appendPlainPart(Span(start, position), name: start..<position)
  }

  private mutating func parseQuotedKey(_ quote: UInt8) -> Bool {
    let start = position
    guard byte(1) != quote || byte(2) != quote else {
      report(
        "toml-multiline-key", "a multi-line string cannot be a key", at: Span(start, start + 3),
        label: "use one quote")
      return false
    }
    var hasEscapes = false
    let isClosed =
      quote == Byte.quote ? parseBasicString(&hasEscapes) : parseLiteralString()
    guard isClosed else { return false }
    let name = start + 1..<max(start + 1, position - 1)
    if hasEscapes {
      appendDecodedPart(Span(start, position), name: name)
    } else {
      appendPlainPart(Span(start, position), name: name)
    }
    return true
  }

  @inline(__always) private mutating func appendPlainPart(_ span: Span, name: Range<Int>) {
    let hash = index.hash(UnsafeBufferPointer(rebasing: bytes[name]))
    keyParts.append(
      TOMLKeyPart(span: span, nameStart: name.lowerBound, nameLength: name.count, hash: hash))
  }

  private mutating func appendDecodedPart(_ span: Span, name: Range<Int>) {
    let start = output.decodedNames.count
    TOMLStrings.unescape(bytes[name], into: &output.decodedNames)
    let hash = output.decodedNames.withUnsafeBufferPointer {
      index.hash(UnsafeBufferPointer(rebasing: $0[start...]))
    }
    keyParts.append(
      TOMLKeyPart(
        span: span, nameStart: start, nameLength: output.decodedNames.count - start,
        isDecoded: true, hash: hash))
  }

  private mutating func reportMissingKey() {
    let here = Span(position, min(position + 1, bytes.count))
    switch byte() {
    case Byte.equals where keyParts.isEmpty:
      report(
        "toml-missing-key", "there is no key before `=`", at: here, label: "a key belongs here")
    case Byte.closeBracket where keyParts.isEmpty:
      report("toml-missing-key", "the table has no name", at: here, label: "a name belongs here")
    default:
      report(
        "toml-missing-key", "this is not a key", at: Span(position, endOfWord),
        label: missingKeyLabel)
    }
  }

  private var missingKeyLabel: String {
    if byte() >= 0x80, faultSpans.isEmpty {
      let word = String(decoding: bytes[position..<endOfWord], as: UTF8.self)
      return "write `\(TOMLWriter.string(word))`, only ASCII letters go without quotes"
    }
    return keyParts.isEmpty ? "a key or a `[table]` belongs here" : "a key belongs here"
  }

  /// Where the text at the position ends that a person would see as one word.
  private var endOfWord: Int {
    var end = position
    while end < bytes.count, !ByteSet.wordStop.contains(bytes[end]) { end += 1 }
    return max(end, min(position + 1, bytes.count))
  }

  // MARK: Names in the tree

  /// The member of `parent` that the key part names.
  @inline(__always) func member(of parent: Int32, _ part: TOMLKeyPart) -> Int32? {
    index.find(parent: parent, hash: part.hash, in: output.nodes) { isNamed($0, part) }
  }

  @inline(__always) private func isNamed(_ id: Int32, _ part: TOMLKeyPart) -> Bool {
    let node = output.nodes[Int(id)]
    guard Int(node.nameLength) == part.nameLength else { return false }
    let isDecoded = node.traits.contains(.decodedName)
    for offset in 0..<part.nameLength
    where nameByte(Int(node.nameStart) + offset, isDecoded)
      != nameByte(part.nameStart + offset, part.isDecoded)
    { return false }
    return true
  }

  @inline(__always) private func nameByte(_ offset: Int, _ isDecoded: Bool) -> UInt8 {
    isDecoded ? output.decodedNames[offset] : bytes[offset]
  }

  func name(of part: TOMLKeyPart) -> String {
    let range = part.nameStart..<part.nameStart + part.nameLength
    return part.isDecoded
      ? String(decoding: output.decodedNames[range], as: UTF8.self)
      : String(decoding: bytes[range], as: UTF8.self)
  }

  /// Adds a node that has no name in the tree: an element, or a value that may not take its place.
  mutating func addNode(_ node: TOMLNode) -> Int32 {
    output.nodes.append(node)
    return Int32(truncatingIfNeeded: output.nodes.count - 1)
  }

  @inline(__always) mutating func link(_ child: Int32, to parent: Int32) {
    let last = output.nodes[Int(parent)].lastChild
    if last < 0 {
      output.nodes[Int(parent)].firstChild = child
    } else {
      output.nodes[Int(last)].next = child
    }
    output.nodes[Int(parent)].lastChild = child
  }

  /// Adds a named member to the tree.
  @inline(__always) mutating func addMember(
    _ kind: TOMLNode.Kind, of parent: Int32, _ part: TOMLKeyPart, traits: TOMLNode.Traits,
    span: Span
  ) -> Int32 {
    var node = TOMLNode(
      kind, traits: traits, depth: Int(output.nodes[Int(parent)].depth) + 1, parent: parent,
      span: span)
    node.keyStart = Int32(truncatingIfNeeded: part.span.start)
    node.keyEnd = Int32(truncatingIfNeeded: part.span.end)
    node.nameStart = Int32(truncatingIfNeeded: part.nameStart)
    node.nameLength = Int32(truncatingIfNeeded: part.nameLength)
    node.hash = part.hash
    if part.isDecoded { node.traits.insert(.decodedName) }
    let id = addNode(node)
    link(id, to: parent)
    index.insert(id, in: output.nodes)
    return id
  }

  @inline(__always) mutating func note(_ part: TOMLKeyPart, standsFor node: Int32) {
    if recordsReferences {
      output.references.append(TOMLReference(node: node, span: part.span))
    }
  }
}
