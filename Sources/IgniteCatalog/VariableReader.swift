import IgniteSyntax

/// Reads which variables an `entry.toml` asks for.
///
/// ```toml
/// [[variables]]
/// name = "LEGACY_BASE_URL"
/// about = "where the legacy system is"
/// key = "acl.upstream"                       # not asked for where the config says it
/// when = { "acl.protocol" = ["rest", "soap"] }
/// secret = false                             # whether it proves something
/// shared = false                             # whether it is the same for all services
/// optional = false                           # whether the service does without it
/// ```
struct VariableReader {
  private let root: DocumentNode
  /// Called with what is wrong and where.
  private let report: (String, Span) -> Void

  private static let known = ["name", "about", "key", "when", "secret", "shared", "optional"]

  init(root: DocumentNode, report: @escaping (String, Span) -> Void) {
    self.root = root
    self.report = report
  }

  /// What the entry asks for, in its order.
  func declarations() -> [VariableDeclaration] {
    guard let node = root.member("variables")?.node else { return [] }
    guard case .array(let elements) = node.content else {
      report("`variables` must be a list of tables", node.span)
      return []
    }
    return elements.compactMap(declaration)
  }

  private func declaration(_ node: DocumentNode) -> VariableDeclaration? {
    guard case .table(let members) = node.content else {
      report("`variables` must be a list of tables", node.span)
      return nil
    }
    for member in members where !Self.known.contains(member.key) {
      report(
        "`\(member.key)` is no key of a variable; known are \(Self.known.joined(separator: ", "))",
        member.keySpan)
    }
    guard let name = text("name", of: node), let about = text("about", of: node) else {
      report("a variable has a `name` and says what it is `about`", node.span)
      return nil
    }
    guard Self.isName(name) else {
      report("a variable is written like `LEGACY_BASE_URL`", node.span)
      return nil
    }
    return VariableDeclaration(
      name: name, about: about, isSecret: flag("secret", of: node),
      isShared: flag("shared", of: node), isOptional: flag("optional", of: node),
      key: text("key", of: node), condition: condition(of: node))
  }

  /// Capital letters, digits and single `_` between them, a letter first.
  private static func isName(_ text: String) -> Bool {
    let words = text.utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
    let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return words.allSatisfy { word in
      !word.isEmpty && word.allSatisfy { capitals.contains($0) || digits.contains($0) }
    } && capitals.contains(text.utf8.first ?? 0)
  }

  private func condition(of node: DocumentNode) -> [String: [String]] {
    guard let when = node.member("when")?.node else { return [:] }
    guard case .table(let members) = when.content else {
      report("`when` must be a table of keys and the words that they may have", when.span)
      return [:]
    }
    var condition: [String: [String]] = [:]
    for member in members {
      guard let words = words(member.node) else {
        report("`\(member.key)` must be a list of words", member.keySpan)
        continue
      }
      condition[member.key] = words
    }
    return condition
  }

  private func words(_ node: DocumentNode) -> [String]? {
    guard case .array(let elements) = node.content, !elements.isEmpty else { return nil }
    let words = elements.compactMap { element in
      if case .string(let word) = element.content { word } else { nil }
    }
    return words.count == elements.count ? words : nil
  }

  private func text(_ key: String, of node: DocumentNode) -> String? {
    guard let member = node.member(key)?.node else { return nil }
    guard case .string(let text) = member.content, !text.isEmpty else {
      report("`\(key)` must be a text", member.span)
      return nil
    }
    return text
  }

  private func flag(_ key: String, of node: DocumentNode) -> Bool {
    guard let member = node.member(key)?.node else { return false }
    guard case .boolean(let value) = member.content else {
      report("`\(key)` must be true or false", member.span)
      return false
    }
    return value
  }
}
