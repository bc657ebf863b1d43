import IgniteSyntax

/// A `--set path=value`, with the value typed by the key's declaration.
struct SettingFlag {
  /// What the flag says, as it was given.
  let text: String
  /// The place of the service it speaks of, absent for keys of the platform.
  let service: Int?
  private let path: ConfigPath
  private let settingsPath: String
  private let declaration: KeyDeclaration
  private let value: String

  /// A flag that cannot be understood.
  struct Problem: Error {
    var diagnostic: Diagnostic

    init(_ message: String, notes: [String] = []) {
      diagnostic = .error("unknown-path", message)
      diagnostic.notes = notes
    }
  }

  init(
    _ text: String, schema: Schema, serviceNames: [String: Int], count: Int
  ) throws(Problem) {
    guard let equals = text.firstIndex(of: "="),
      case .path(let path) = ConfigPath.parse(String(text[..<equals]))
    else { throw Problem("`--set \(text)` is not of the form `path=value`") }
    self.text = text
    value = String(text[text.index(after: equals)...])
    let isService = path.components.first == .key("services") && path.components.count > 2
    service =
      isService
      ? try Self.service(path.components[1], of: serviceNames, count: count) : nil
    let start = isService ? schema.service : schema.root
    let keys = path.components.dropFirst(isService ? 2 : 0)
    let node = try Self.node(of: keys, below: start, in: text)
    guard let declaration = node.declaration, !node.isBranch, node.element == nil,
      declaration.shorthandFor == nil
    else { throw Problem("`\(path)` cannot be set by a flag: it holds further keys") }
    self.declaration = declaration
    settingsPath = ConfigPath(Array(keys)).settingsPath
    self.path =
      service.map { index in
        ConfigPath([.key("services"), .index(index)] + keys)
      } ?? path
  }

  /// The key with its value, absent when the value is wrong.
  func assignment(checker: inout ValueChecker) -> SettingsLayer.Assignment? {
    let node = DocumentNode(value: typed(value, as: declaration.kind), span: Span(0, 0))
    guard let checked = checker.checked(node, by: declaration, at: path) else { return nil }
    return SettingsLayer.Assignment(
      settingsPath: settingsPath,
      entry: SettingsEntry(checked, path: path, provenance: .flag(text)))
  }

  private static func service(
    _ component: ConfigPath.Component, of names: [String: Int], count: Int
  ) throws(Problem) -> Int {
    switch component {
    case .index(let index) where (0..<count).contains(index): return index
    case .index(let index): throw Problem("there is no service number \(index)")
    case .key(let name):
      if let index = names[name] { return index }
      let nearest = name.nearest(in: names.keys.sorted())
      throw Problem(
        "there is no service `\(name)`", notes: nearest.map { ["did you mean `\($0)`?"] } ?? [])
    }
  }

  private static func node(
    of keys: ArraySlice<ConfigPath.Component>, below start: SchemaNode, in text: String
  ) throws(Problem) -> SchemaNode {
    var node = start
    for component in keys {
      guard let next = node.child(component) else {
        guard case .key(let key) = component else { throw Problem("`--set \(text)` names no key") }
        let nearest = key.nearest(in: node.memberNames)
        throw Problem(
          "`--set \(text)`: there is no key `\(key)`",
          notes: nearest.map { ["did you mean `\($0)`?"] } ?? [])
      }
      guard next.allows(component) else {
        throw Problem("`--set \(text)` has a name that cannot stand there")
      }
      node = next
    }
    return node
  }

  private func typed(_ text: String, as kind: ValueKind) -> ConfigValue {
    switch kind {
    case .integer, .port: Int64(text).map { .integer($0) } ?? .string(text)
    case .number:
      Int64(text).map { .integer($0) } ?? Double(text).map { .float($0) } ?? .string(text)
    case .boolean: ["true": true, "false": false][text].map { .boolean($0) } ?? .string(text)
    case .list(let element): .array(Self.elements(of: text).map { typed($0, as: element) })
    case .either(let one, let other):
      one.takes(DocumentNode(value: typed(text, as: one), span: Span(0, 0)).content)
        ? typed(text, as: one) : typed(text, as: other)
    case .text, .shaped, .choice, .table: .string(text)
    }
  }

  /// `a,b` and `["a", "b"]` are the same list.
  private static func elements(of text: String) -> [String] {
    var inner = text[...]
    if inner.hasPrefix("["), inner.hasSuffix("]") { inner = inner.dropFirst().dropLast() }
    return inner.split(separator: ",").map { element in
      let trimmed = element.drop { $0 == " " }
      let end = trimmed.lastIndex { $0 != " " }.map { trimmed.index(after: $0) }
      let word = trimmed[..<(end ?? trimmed.startIndex)]
      let isQuoted = word.count > 1 && word.hasPrefix("\"") && word.hasSuffix("\"")
      return String(isQuoted ? word.dropFirst().dropLast() : word)
    }
  }
}
