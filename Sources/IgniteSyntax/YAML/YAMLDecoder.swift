/// Turns the written tree into the shared document tree and says what has no place in a config.
struct YAMLDecoder {
  private(set) var diagnostics: [Diagnostic] = []
  private let limits: DocumentLimits
  private var anchors: [String: Decoded?] = [:]
  private var openAnchors: Set<String> = []
  private var expanded = 0
  private var path: [ConfigPath.Component] = []

  /// The most nodes that all aliases of a file together may repeat.
  static let aliasBudget = 10_000

  /// A node with its number of nodes and its height; the node is absent for null.
  private struct Decoded {
    var node: DocumentNode?
    var size = 1
    var height = 0

    mutating func add(_ child: Decoded) {
      size += child.size
      height = max(height, child.height + 1)
    }
  }

  init(limits: DocumentLimits) { self.limits = limits }

  /// The table that a written root stands for, empty when it is none.
  mutating func table(of root: YAMLNode?) -> DocumentNode {
    let empty = DocumentNode(.table([]), span: Span(0, 0))
    guard let root, let decoded = decode(root), let node = decoded.node else { return empty }
    if case .table = node.content { return node }
    report(
      "yaml-not-a-table", "a config is a mapping of keys to values", root.span, "not a mapping")
    return empty
  }

  private mutating func decode(_ node: YAMLNode) -> Decoded? {
    guard path.count <= limits.depth else {
      diagnose(.nestedTooDeeply(limits.depth, at: node.span))
      return nil
    }
    if let anchor = node.anchor { openAnchors.insert(anchor) }
    let decoded = decodeContent(of: node)
    if let anchor = node.anchor {
      openAnchors.remove(anchor)
      anchors[anchor] = .some(decoded)
    }
    return decoded
  }

  private mutating func decodeContent(of node: YAMLNode) -> Decoded? {
    switch node.content {
    case .alias(let name): return decodeAlias(name, node)
    case .scalar(let text, let style): return decodeScalar(text, style, node)
    case .sequence(let elements, _):
      checkTag(of: node, "seq")
      return decode(elements, of: node)
    case .mapping(let members, _):
      checkTag(of: node, "map")
      return decode(members, of: node)
    }
  }

  private mutating func decode(_ elements: [YAMLNode], of node: YAMLNode) -> Decoded {
    var total = Decoded()
    var nodes: [DocumentNode] = []
    for (index, element) in elements.enumerated() {
      path.append(.index(index))
      defer { path.removeLast() }
      guard let decoded = decode(element) else { continue }
      total.add(decoded)
      if let node = decoded.node {
        nodes.append(node)
      } else {
        report("yaml-null-value", "an element of a list has no value", element.span, "nothing here")
      }
    }
    total.node = DocumentNode(.array(nodes), span: node.span)
    return total
  }

  private mutating func decode(_ members: [YAMLMember], of node: YAMLNode) -> Decoded {
    var total = Decoded()
    var known: [String: Span] = [:]
    var decodedMembers: [DocumentMember] = []
    for member in members {
      let key = decodeKey(member.key, &known)
      path.append(.key(key ?? ""))
      defer { path.removeLast() }
      guard let decoded = decode(member.value), let key else { continue }
      total.add(decoded)
      if let node = decoded.node {
        decodedMembers.append(DocumentMember(key: key, keySpan: member.key.span, node: node))
      } else {
        warnOfNull(key, member)
      }
    }
    total.node = DocumentNode(.table(decodedMembers), span: node.span)
    return total
  }

  private mutating func decodeKey(_ key: YAMLNode, _ known: inout [String: Span]) -> String? {
    guard case .scalar(let text, let style) = key.content else {
      report("yaml-key-not-text", "a key must be a plain text", key.span, "not a plain text")
      return nil
    }
    checkTag(of: key, "str")
    if let anchor = key.anchor {
      anchors[anchor] = Decoded(node: DocumentNode(.string(text), span: key.span))
    }
    if style == .plain, text == "<<" {
      report("yaml-merge-key", "merge keys are not supported", key.span, "write the keys out")
      return nil
    }
    if style == .plain, key.tag == nil, !YAMLScalar(text).isText {
      report(
        "yaml-key-not-text", "the key `\(text)` is not a text", key.span, "put it between quotes")
      return nil
    }
    if let first = known[text] {
      reportDuplicate(text, key.span, first)
      return nil
    }
    known[text] = key.span
    return text
  }

  private mutating func decodeScalar(
    _ text: String, _ style: YAMLScalarStyle, _ node: YAMLNode
  ) -> Decoded? {
    guard style == .plain && node.tag == nil || node.tag?.isCoreTag == true else {
      checkTag(of: node, "str")
      return Decoded(node: DocumentNode(.string(text), span: node.span))
    }
    let scalar = YAMLScalar(text)
    if let tag = node.tag, !scalar.fits(tag) {
      report(
        "yaml-unknown-tag", "`\(text)` is not what its tag says", node.span, "the tag is wrong")
      return nil
    }
    warn(of: scalar, text, node.span)
    return decoded(scalar, text, node.span)
  }

  private mutating func decoded(_ scalar: YAMLScalar, _ text: String, _ span: Span) -> Decoded? {
    switch scalar {
    case .null: return Decoded(node: nil)
    case .boolean(let flag): return Decoded(node: DocumentNode(.boolean(flag), span: span))
    case .integer(let number): return Decoded(node: DocumentNode(.integer(number), span: span))
    case .float(let number): return Decoded(node: DocumentNode(.float(number), span: span))
    case .string, .oldBoolean, .leadingZero:
      return Decoded(node: DocumentNode(.string(text), span: span))
    case .integerOutOfRange:
      report("yaml-invalid-number", "`\(text)` does not fit into 64 bits", span, "too large")
      return nil
    }
  }

  private mutating func decodeAlias(_ name: String, _ alias: YAMLNode) -> Decoded? {
    if openAnchors.contains(name) {
      report("yaml-alias", "`*\(name)` contains itself", alias.span, "inside of what it stands for")
      return nil
    }
    guard let known = anchors[name] else {
      report("yaml-alias", "`*\(name)` has no anchor before it", alias.span, "unknown anchor")
      return nil
    }
    guard var decoded = known else { return nil }
    guard path.count + decoded.height <= limits.depth else {
      diagnose(.nestedTooDeeply(limits.depth, at: alias.span))
      return nil
    }
    guard spend(decoded.size, at: alias.span) else { return nil }
    decoded.node?.span = alias.span
    return decoded
  }
}

// Aliases are bounded, and what is said of the text.
extension YAMLDecoder {
  /// Counts what an alias repeats; false, and once an error, when it is too much.
  private mutating func spend(_ size: Int, at span: Span) -> Bool {
    let wasWithin = expanded <= Self.aliasBudget
    if wasWithin { expanded += size }
    if expanded <= Self.aliasBudget { return true }
    if wasWithin {
      report(
        "yaml-alias", "aliases repeat more than \(Self.aliasBudget) values", span,
        "write the values out")
    }
    return false
  }

  private mutating func checkTag(of node: YAMLNode, _ kind: String) {
    guard let tag = node.tag, tag != "!", tag != String.coreTagPrefix + kind else { return }
    report("yaml-unknown-tag", "the tag `\(tag)` is not supported", node.span, "tagged here")
  }

  private mutating func reportDuplicate(_ key: String, _ span: Span, _ first: Span) {
    var diagnostic = Diagnostic.error(
      "duplicate-key", "`\(key)` is defined twice", at: span, label: "defined again here")
    diagnostic.secondary = [.init(first, "first defined here")]
    diagnose(diagnostic)
  }

  private mutating func warnOfNull(_ key: String, _ member: YAMLMember) {
    diagnose(
      .warning(
        "yaml-null-value", "`\(key)` has no value", at: member.key.span,
        label: "read as not given"))
  }

  private mutating func warn(of scalar: YAMLScalar, _ text: String, _ span: Span) {
    switch scalar {
    case .oldBoolean(let flag):
      var diagnostic = Diagnostic.warning(
        "yaml-ambiguous-value", "`\(text)` is a text, not \(flag)", at: span,
        label: "other readers take it for \(flag)")
      diagnostic.fixes = [
        Fix("write `\(flag)`", .set(ConfigPath(path), .boolean(flag)))
      ]
      diagnose(diagnostic)
    case .leadingZero:
      diagnose(
        .warning(
          "yaml-ambiguous-value", "`\(text)` is a text because it starts with a zero", at: span,
          label: "put it between quotes, or drop the zero"))
    default: break
    }
  }

  private mutating func report(
    _ code: Diagnostic.Code, _ message: String, _ span: Span, _ label: String
  ) {
    diagnose(.error(code, message, at: span, label: label))
  }

  private mutating func diagnose(_ diagnostic: Diagnostic) {
    let free = limits.diagnostics - diagnostics.count
    if free > 1 { diagnostics.append(diagnostic) }
    if free == 1 { diagnostics.append(.tooMany(limits.diagnostics, at: diagnostic.primary?.span)) }
  }
}

extension Diagnostic {
  fileprivate static func tooMany(_ limit: Int, at span: Span?) -> Diagnostic {
    .error(
      "too-many-errors", "there are more errors than the \(limit - 1) that are shown", at: span,
      label: "the next one is here")
  }
}

extension YAMLScalar {
  /// Whether older and newer readers or at least this one see a text.
  var isText: Bool { self == .string || self == .oldBoolean(true) || self == .oldBoolean(false) }

  /// Whether the scalar is of the kind a core tag names.
  func fits(_ tag: String) -> Bool {
    switch (self, tag.dropFirst(String.coreTagPrefix.count)) {
    case (.null, "null"), (.boolean, "bool"), (.integer, "int"), (.float, "float"),
      (.integer, "float"), (.integerOutOfRange, "int"):
      true
    default: false
    }
  }
}

extension String {
  static let coreTagPrefix = "tag:yaml.org,2002:"

  /// Whether the tag asks for a value that is no text.
  fileprivate var isCoreTag: Bool {
    ["null", "bool", "int", "float"].contains { self == Self.coreTagPrefix + $0 }
  }
}
