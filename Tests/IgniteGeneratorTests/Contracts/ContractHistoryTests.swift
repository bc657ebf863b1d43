import IgniteCatalog
import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteGenerator

/// What may become of an event that was published before.
struct ContractHistoryTests {
  private let folder = TargetFolder()

  private func config(
    _ fields: String, version: Int? = nil, _ compatibility: String = "backward"
  ) -> String {
    """
    [architecture]
    name = "shop"
    [settings.events]
    compatibility = "\(compatibility)"
    [[services]]
    name = "orders"
    type = "stateless"
    publishes = ["OrderPlaced"]
    \(version.map { "event_versions = { OrderPlaced = \($0) }" } ?? "")
    [[services.entities]]
    name = "Order"
    fields = { \(fields) }
    [[services]]
    name = "mail"
    type = "stateless"
    consumes = ["OrderPlaced"]
    """
  }

  private func resolved(_ text: String) -> (ResolvedArchitecture, Document) {
    let source = Source(name: "architecture.toml", text: text)
    let loaded = ArchitectureLoader().load(source, format: .toml)
    #expect(loaded.diagnostics.map(\.message) == [])
    return (ResolvedArchitecture(loaded.architecture), loaded.document)
  }

  /// Writes what the architecture asks for and gives the paths of the contracts.
  @discardableResult
  private func generate(_ text: String) throws -> [String] {
    let (architecture, document) = resolved(text)
    let generation = try Generation(in: folder.target)
    let plan = PlatformPlanner(catalog: .builtIn).plan(architecture, config: document).plan
    _ = try Emitter(target: folder.target).apply(try generation.changeSet(for: plan))
    return folder.files.keys.filter { $0.hasPrefix("contracts/events/") }.sorted()
  }

  private func found(_ text: String) throws -> [Diagnostic] {
    let history = try ContractHistory(in: folder.target)
    return history.check(resolved(text).0, catalog: .builtIn)
  }

  private static let first = fields()

  /// The fields of the first version, some of them otherwise or left out.
  private static func fields(
    total: String? = "i64", note: String? = "string?", small: String? = "i32", more: String? = nil
  ) -> String {
    let all = [("total", total), ("note", note), ("tags", "string[]"), ("small", small)]
    return (all + [("more", more)]).compactMap { name, type in
      type.map { "\(name) = \"\($0)\"" }
    }.joined(separator: ", ")
  }

  @Test(arguments: [
    ("another type", fields(total: "string"), "BF"),
    ("a required one more", fields(more: "bool"), "B"),
    ("an optional one more", fields(more: "bool?"), ""),
    ("a list more", fields(more: "bool[]"), ""),
    ("a required one less", fields(total: nil), "F"),
    ("an optional one less", fields(note: nil), ""),
    ("no longer optional", fields(note: "string"), "B"),
    ("optional now", fields(total: "i64?"), "F"),
    ("a wider number", fields(small: "i64"), "F"),
    ("a narrower one", fields(total: "i32"), "B"),
    ("personal now", fields(total: "i64 pii"), "F"),
    ("other marks", fields(total: "i64 indexed", note: "text?"), ""),
  ])
  func findsWhatBreaksWhom(name: String, fields: String, breaks: String) throws {
    try generate(config(Self.first))
    let directions = ["backward": "B", "forward": "F", "full": "BF", "none": ""]
    for (compatibility, kept) in directions {
      let diagnostics = try found(config(fields, compatibility))
      let isBroken = !Set(kept).isDisjoint(with: breaks)
      #expect(
        diagnostics.map(\.code) == (isBroken ? ["breaking-contract"] : []),
        "\(name), \(compatibility)")
      #expect(try found(config(fields, version: 2, compatibility)).isEmpty, "\(name)")
    }
  }

  private func config(_ fields: String, _ compatibility: String) -> String {
    config(fields, version: nil, compatibility)
  }

  @Test func raisesTheVersionAsTheWayOut() throws {
    try generate(config(Self.first))
    let text = config(#"total = "string""#)
    let fix = try #require(try found(text).first?.fixes.first)
    guard case .edited(let document) = resolved(text).1.applying(fix.edits) else {
      Issue.record("the fix cannot be applied")
      return
    }
    #expect(try found(String(decoding: document.source.bytes, as: UTF8.self)) == [])
  }

  @Test func keepsTheContractsOfEarlierVersions() throws {
    let one = "contracts/events/OrderPlaced.v1.schema.json"
    let two = "contracts/events/OrderPlaced.v2.schema.json"
    #expect(try generate(config(Self.first)) == [one])
    let text = folder.read(one)
    #expect(try generate(config(#"total = "string""#, version: 2)) == [one, two])
    #expect(folder.read(one) == text)
    #expect(try generate(config(#"total = "string""#, version: 2)) == [one, two])
  }

  @Test func doesNotGoBackToAnEarlierVersion() throws {
    try generate(config(Self.first, version: 3))
    #expect(try found(config(Self.first, version: 2)).map(\.code) == ["version-lowered"])
    #expect(try found(config(Self.first, version: 3)) == [])
  }

  @Test func hasNothingToSayWhereNothingWasGenerated() throws {
    #expect(try found(config(Self.first)) == [])
  }

  @Test(arguments: [
    "contracts/events/.v1.schema.json.txt", "contracts/events/A.schema.json",
    "contracts/events/A.v.schema.json", "contracts/events/A.v1.v2.schema.json",
    "contracts/A.v1.schema.json", "contracts/events/A.v99999999999999999999.schema.json",
  ])
  func takesNoOtherFileForAContract(path: String) {
    #expect(ContractFile(path: path) == nil)
  }

  @Test func readsNothingOffAnotherSchema() {
    for text in ["", "{}", "[1]", #"{"definitions": {"payload": {"properties": {}}}}"#] {
      #expect(ContractForm(schema: Array(text.utf8)) == nil)
    }
  }
}
