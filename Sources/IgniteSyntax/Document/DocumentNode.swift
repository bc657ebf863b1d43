/// A value of a document together with the place it was read from.
public struct DocumentNode: Sendable {
  /// What the node holds.
  public enum Content: Sendable {
    /// A text.
    case string(String)
    /// A whole number.
    case integer(Int64)
    /// A floating-point number.
    case float(Double)
    /// True or false.
    case boolean(Bool)
    /// A date, a time or both.
    case dateTime(DateTimeLiteral)
    /// The elements of a list.
    case array([DocumentNode])
    /// The members of a table in the order of the text.
    case table([DocumentMember])
  }

  /// What the node holds.
  public var content: Content
  /// The text of the value: for a table made by a header the header, for one made by dotted keys the
  /// first key.
  public var span: Span

  /// Makes a node.
  public init(_ content: Content, span: Span) {
    self.content = content
    self.span = span
  }

  /// The member called `key`, if this is a table that has it.
  public func member(_ key: String) -> DocumentMember? {
    guard case .table(let members) = content else { return nil }
    return members.first { $0.key == key }
  }

  /// The node at `path` below this one.
  public func node(at path: ConfigPath) -> DocumentNode? {
    var node = self
    for component in path.components {
      switch (component, node.content) {
      case (.key(let key), .table):
        guard let member = node.member(key) else { return nil }
        node = member.node
      case (.index(let index), .array(let elements)) where elements.indices.contains(index):
        node = elements[index]
      default: return nil
      }
    }
    return node
  }

  /// The value without its places.
  public var value: ConfigValue {
    switch content {
    case .string(let text): .string(text)
    case .integer(let number): .integer(number)
    case .float(let number): .float(number)
    case .boolean(let flag): .boolean(flag)
    case .dateTime(let literal): .dateTime(literal)
    case .array(let elements): .array(elements.map(\.value))
    case .table(let members): .table(members.map { ConfigMember($0.key, $0.node.value) })
    }
  }
}

/// One named node of a table.
public struct DocumentMember: Sendable {
  /// The name, unescaped.
  public var key: String
  /// The text of the name.
  public var keySpan: Span
  /// What the name stands for.
  public var node: DocumentNode

  /// Makes a member.
  public init(key: String, keySpan: Span, node: DocumentNode) {
    self.key = key
    self.keySpan = keySpan
    self.node = node
  }
}
