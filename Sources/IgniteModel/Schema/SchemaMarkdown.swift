import IgniteSyntax

extension Schema {
  /// The reference of all keys in Markdown, a section for each table.
  public var markdown: String {
    let intro = """
      # The keys of the architecture file

      Printed from the declarations by `allframe schema --format markdown`. A key without a default \
      is optional unless it is marked as required. Keys with *input* may hold `${NAME}`, \
      `${NAME:-default}` or `${NAME:?message}`, which each deployment replaces; in the other keys \
      variables are replaced when generating, and in prose they are not allowed. Keys that are \
      *checked only* are held against the rest of the architecture; nothing is generated from them.

      """
    return ([intro] + tables.map(section)).joined(separator: "\n")
  }

  /// The tables that have keys of their own, in the order of their declarations.
  private var tables: [KeyDeclaration] {
    declarations.filter { table in
      guard case .table = table.kind else { return false }
      return declarations.contains { $0.parent == table.path.description && $0.kind != .table }
        || table.path.components.count == 1
    }
  }

  private func section(_ table: KeyDeclaration) -> String {
    let path = table.path.description
    var text = "## `\(Self.header(of: path))`\n\n\(table.help)\n"
    if !table.archetypes.isEmpty {
      let types = table.archetypes.map { "`\($0)`" }.joined(separator: ", ")
      text += "\nOnly for services of type \(types).\n"
    }
    let keys = declarations.filter { $0.parent == path && $0.kind != .table }
    guard !keys.isEmpty else { return text }
    text += "\n| Key | Value | Default | What it is for | Example |\n|---|---|---|---|---|\n"
    return text + keys.map(row).joined()
  }

  /// `services[].cloud` stands in a file as `services.cloud`.
  private static func header(of path: String) -> String {
    let inner = path.split(separator: "[]", omittingEmptySubsequences: false).joined()
    return path.hasSuffix("[]") ? "[[\(inner)]]" : "[\(inner)]"
  }

  private func row(_ key: KeyDeclaration) -> String {
    let cells = [
      "`\(key.name)`", value(of: key), standard(of: key), help(of: key),
      key.example.map { "`\(Self.spelling($0))`" } ?? "",
    ]
    return "| " + cells.map(Self.escaped).joined(separator: " | ") + " |\n"
  }

  private func value(of key: KeyDeclaration) -> String {
    var text = key.kind.description
    if let unit = key.unit { text += ", in \(unit)" }
    if key.effect == .carried { text += ", *input*" }
    if key.effect == .prose { text += ", prose" }
    if key.effect == .checkedOnly { text += ", *checked only*" }
    return text
  }

  private func standard(of key: KeyDeclaration) -> String {
    if key.isRequired { return "**required**" }
    if let parent = key.inherits { return "that of `\(parent)`" }
    return key.defaultValue.map { "`\(Self.spelling($0))`" } ?? ""
  }

  private func help(of key: KeyDeclaration) -> String {
    key.shorthandFor.map { "\(key.help) A shorthand for `\($0)`." } ?? key.help
  }

  private static func spelling(_ value: ConfigValue) -> String { JSONText.compact(value.json) }

  private static func escaped(_ cell: String) -> String {
    cell.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}

extension KeyDeclaration {
  /// The last step of the path.
  public var name: String {
    switch path.components.last {
    case .key(let key): key
    case .anyKey(let name): "<\(name)>"
    case .element, nil: path.description
    }
  }

  /// The path of the table that holds the key.
  fileprivate var parent: String {
    let text = path.description
    guard let dot = text.lastIndex(of: ".") else { return "" }
    return String(text[..<dot])
  }
}
