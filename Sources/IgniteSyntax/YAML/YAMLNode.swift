/// A node of a YAML text as it is written: styles, anchors and aliases are kept for edits.
struct YAMLNode {
  indirect enum Content {
    case scalar(String, YAMLScalarStyle)
    case sequence([YAMLNode], isFlow: Bool)
    case mapping([YAMLMember], isFlow: Bool)
    case alias(String)
  }

  var content: Content
  var anchor: String?
  var tag: String?
  /// The text with anchor and tag; of a block collection up to the end of its last element.
  var span: Span
}

/// A key and its value as they are written.
struct YAMLMember {
  var key: YAMLNode
  var value: YAMLNode
}

extension YAMLNode {
  /// Whether the node is nothing: an empty or `null` plain scalar.
  var isNull: Bool {
    guard case .scalar(let text, .plain) = content, tag == nil else { return false }
    return YAMLScalar(text) == .null
  }

  /// The key as text when it is a scalar.
  var keyText: String? {
    guard case .scalar(let text, _) = content else { return nil }
    return text
  }
}
