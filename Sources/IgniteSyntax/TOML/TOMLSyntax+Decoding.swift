extension TOMLSyntax {
  /// The tree with decoded values; what could not be read is left out.
  var documentRoot: DocumentNode {
    source.bytes.withUnsafeBufferPointer { bytes in
      DocumentNode(.table(members(of: nodes[0], bytes)), span: nodes[0].span)
    }
  }

  private func documentNode(_ id: Int32, _ bytes: UnsafeBufferPointer<UInt8>) -> DocumentNode? {
    let node = nodes[Int(id)]
    switch node.kind {
    case .table, .inlineTable:
      return DocumentNode(.table(members(of: node, bytes)), span: node.span)
    case .array, .arrayOfTables:
      return DocumentNode(.array(elements(of: node, bytes)), span: node.span)
    default:
      return scalar(node, bytes).map { DocumentNode($0, span: node.span) }
    }
  }

  private func members(
    of table: TOMLNode, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> [DocumentMember] {
    var members: [DocumentMember] = []
    var id = table.firstChild
    while id >= 0 {
      if let node = documentNode(id, bytes) {
        members.append(
          DocumentMember(key: name(of: id), keySpan: nodes[Int(id)].keySpan, node: node))
      }
      id = nodes[Int(id)].next
    }
    return members
  }

  private func elements(of array: TOMLNode, _ bytes: UnsafeBufferPointer<UInt8>) -> [DocumentNode] {
    var elements: [DocumentNode] = []
    var id = array.firstChild
    while id >= 0 {
      if let node = documentNode(id, bytes) { elements.append(node) }
      id = nodes[Int(id)].next
    }
    return elements
  }

  private func scalar(
    _ node: TOMLNode, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> DocumentNode.Content? {
    let text = UnsafeBufferPointer(rebasing: bytes[Int(node.start)..<Int(node.end)])
    switch node.kind {
    case .string:
      return .string(TOMLStrings.decode(text, hasEscapes: node.traits.contains(.escapes)))
    case .integer: return TOMLWord.integer(text).map { .integer($0) }
    case .float: return .float(TOMLWord.float(text))
    case .boolean: return .boolean(text.first == 0x74)
    case .offsetDateTime: return dateTime(.offsetDateTime, text)
    case .localDateTime: return dateTime(.localDateTime, text)
    case .localDate: return dateTime(.localDate, text)
    case .localTime: return dateTime(.localTime, text)
    default: return nil
    }
  }

  private func dateTime(
    _ kind: DateTimeLiteral.Kind, _ text: UnsafeBufferPointer<UInt8>
  ) -> DocumentNode.Content {
    .dateTime(DateTimeLiteral(kind: kind, text: TOMLDateTime(text, .v1_1).normalized))
  }

  /// The unescaped name of a member, empty for elements.
  func name(of id: Int32) -> String {
    source.bytes.withUnsafeBufferPointer {
      Self.name(of: nodes[Int(id)], $0, decodedNames)
    }
  }

  /// The unescaped name of a node in a text whose escaped names were decoded apart.
  static func name(
    of node: TOMLNode, _ bytes: UnsafeBufferPointer<UInt8>, _ decodedNames: [UInt8]
  ) -> String {
    guard node.hasKey else { return "" }
    let range = Int(node.nameStart)..<Int(node.nameStart) + Int(node.nameLength)
    return node.traits.contains(.decodedName)
      ? String(decoding: decodedNames[range], as: UTF8.self)
      : String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }
}
