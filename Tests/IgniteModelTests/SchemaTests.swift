import IgniteModel
import IgniteSyntax
import Testing

struct SchemaTests {
  private static let values = Schema.core.declarations.filter { declaration in
    switch declaration.kind {
    case .table, .list(.table), .list(.either(.table, _)): false
    default: true
    }
  }

  @Test func declaresEveryKeyOnce() {
    let paths = Schema.core.declarations.map(\.path)
    #expect(Set(paths).count == paths.count)
    #expect(Self.values.count > 120)
  }

  @Test(arguments: Schema.core.declarations) func saysWhatAKeyIsFor(key: KeyDeclaration) {
    #expect(key.help.hasSuffix("."))
    #expect(key.help.utf8.count < 120)
  }

  @Test(arguments: values) func decodesItsOwnExample(key: KeyDeclaration) throws {
    let example = try #require(key.example, "\(key.path) has no example")
    let problems = Self.problems(of: key, with: example)
    #expect(problems == [], "\(key.path)")
  }

  @Test(arguments: values) func refusesAValueOfAnotherType(key: KeyDeclaration) {
    let date = ConfigValue.dateTime(DateTimeLiteral(kind: .localDate, text: "2026-01-01"))
    #expect(Self.problems(of: key, with: date).contains("wrong-type"), "\(key.path)")
  }

  @Test(arguments: values.filter { $0.defaultValue != nil })
  func acceptsItsOwnDefault(key: KeyDeclaration) throws {
    let value = try #require(key.defaultValue)
    #expect(Self.problems(of: key, with: value) == [], "\(key.path)")
  }

  @Test(arguments: values.filter { $0.inherits != nil })
  func inheritsFromADeclaredKeyOfTheSameKind(key: KeyDeclaration) throws {
    let parent = try #require(
      Schema.core.declarations.first { $0.path == key.inherits }, "\(key.path)")
    let words = Set(parent.kind.words).subtracting(key.kind.words)
    #expect(words.isEmpty, "\(key.path)")
  }

  @Test func takesKeysAndWordsOfOthers() {
    let schema = Schema.core
      .adding([
        KeyDeclaration(
          "services[].vault.shelves", .integer(1...9), default: 3, archetypes: ["vault"],
          help: "Shelves.", example: 2)
      ])
      .adding(words: ["vault"], to: "services[].type")
    let text = """
      [architecture]
      name = "shop"
      [[services]]
      name = "orders"
      type = "vault"
      """
    let loaded = ArchitectureLoader(schema: schema)
      .load(Source(name: "a", text: text), format: .toml)
    #expect(loaded.diagnostics.isEmpty)
    let service = loaded.architecture.services.first
    #expect(service?.settings.integer("vault.shelves")?.value == 3)
  }

  /// What is said of a config that holds one key and what its tables need.
  private static func problems(of key: KeyDeclaration, with value: ConfigValue) -> [String] {
    let type = key.archetypes.first ?? "stateless"
    var root = ConfigValue.table([])
    root = inserting(["name": "shop"], at: KeyPattern("architecture").components[...], in: root)
    let service: ConfigValue = ["name": "orders", "type": .string(type)]
    root = inserting(.array([service]), at: KeyPattern("services").components[...], in: root)
    root = inserting(value, at: key.path.components[...], in: root)
    let document = Document(
      source: Source(name: "a", text: ""), format: .toml, root: node(root), diagnostics: [])
    return ArchitectureLoader().load(document).diagnostics
      .filter { $0.code != "missing-key" && $0.code != "shorthand" }.map(\.code.description)
  }

  private static func inserting(
    _ value: ConfigValue, at path: ArraySlice<KeyPattern.Component>, in tree: ConfigValue?
  ) -> ConfigValue {
    guard let first = path.first else { return value }
    let rest = path.dropFirst()
    switch first {
    case .element:
      guard case .array(let elements)? = tree else { return [inserting(value, at: rest, in: nil)] }
      return .array([inserting(value, at: rest, in: elements.first)])
    case .key(let key): return inserting(value, under: key, at: rest, in: tree)
    case .anyKey(let name):
      let member = ["protocol": "rest", "event": "Some"][name] ?? "some"
      return inserting(value, under: member, at: rest, in: tree)
    }
  }

  private static func inserting(
    _ value: ConfigValue, under key: String, at rest: ArraySlice<KeyPattern.Component>,
    in tree: ConfigValue?
  ) -> ConfigValue {
    var members: [ConfigMember] = []
    if case .table(let old)? = tree { members = old }
    let old = members.first { $0.key == key }?.value
    members.removeAll { $0.key == key }
    return .table(members + [ConfigMember(key, inserting(value, at: rest, in: old))])
  }

  private static func node(_ value: ConfigValue) -> DocumentNode {
    let span = Span(0, 0)
    switch value {
    case .string(let text): return DocumentNode(.string(text), span: span)
    case .integer(let number): return DocumentNode(.integer(number), span: span)
    case .float(let number): return DocumentNode(.float(number), span: span)
    case .boolean(let flag): return DocumentNode(.boolean(flag), span: span)
    case .dateTime(let literal): return DocumentNode(.dateTime(literal), span: span)
    case .array(let elements): return DocumentNode(.array(elements.map(node)), span: span)
    case .table(let members):
      return DocumentNode(
        .table(members.map { DocumentMember(key: $0.key, keySpan: span, node: node($0.value)) }),
        span: span)
    }
  }
}
