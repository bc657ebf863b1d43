import IgniteCatalog
import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteGenerator

/// What may become of what a service offered over gRPC before.
struct ProtoHistoryTests {
  private let folder = TargetFolder()
  private static let path = "services/orders/proto/orders.proto"

  private static func config(
    _ fields: String = first, version: Int? = nil, more: String = ""
  ) -> String {
    """
    [architecture]
    name = "shop"
    [[services]]
    name = "orders"
    type = "stateless"
    protocols = ["grpc"]
    \(version.map { "grpc = { version = \($0) }" } ?? "")
    [[services.entities]]
    name = "Order"
    fields = { \(fields) }
    \(more)
    """
  }

  private static let first =
    #"total = "i64", note = "string?", state = "enum(open|paid)", tags = "string[]""#

  private func resolved(_ text: String) -> (ResolvedArchitecture, Document) {
    let source = Source(name: "architecture.toml", text: text)
    let loaded = ArchitectureLoader(schema: Catalog.builtIn.schema).load(source, format: .toml)
    #expect(loaded.diagnostics.map(\.message) == [])
    return (ResolvedArchitecture(loaded.architecture), loaded.document)
  }

  /// Writes what the architecture asks for and gives the form of the contract.
  @discardableResult
  private func generate(_ text: String) throws -> ProtoForm {
    let (architecture, document) = resolved(text)
    let generation = try Generation(in: folder.target)
    let plan = PlatformPlanner(catalog: .builtIn)
      .plan(architecture, config: document, keeping: generation.contracts.offered).plan
    _ = try Emitter(target: folder.target).apply(try generation.changeSet(for: plan))
    return try #require(ProtoForm(Array((folder.read(Self.path) ?? "").utf8)))
  }

  private func found(_ text: String) throws -> [Diagnostic] {
    let history = try ContractHistory(in: folder.target)
    return history.check(resolved(text).0, catalog: .builtIn)
  }

  private func numbers(_ form: ProtoForm, _ block: String = "OrderFields") -> [String: Int64] {
    (form.blocks[block]?.fields ?? [:]).mapValues(\.number)
  }

  @Test func numbersComeInOrderAndStay() throws {
    let form = try generate(Self.config())
    #expect(numbers(form) == ["total": 1, "note": 2, "state": 3, "tags": 4])
    let words = ["STATE_UNSPECIFIED": Int64(0), "STATE_OPEN": 1, "STATE_PAID": 2]
    #expect(numbers(form, "OrderFields.State") == words)
    let mixed =
      #"urgent = "bool?", tags = "string[]", state = "enum(sent|open|paid)", total = "i64", note = "string?""#
    let next = try generate(Self.config(mixed))
    #expect(numbers(next) == ["total": 1, "note": 2, "state": 3, "tags": 4, "urgent": 5])
    #expect(numbers(next, "OrderFields.State") == words.merging(["STATE_SENT": 3]) { $1 })
  }

  @Test func numbersOfWhatIsGoneAreNeverGivenAgain() throws {
    try generate(Self.config())
    let less = #"total = "i64", state = "enum(open|paid)""#
    #expect(try generate(Self.config(less)).blocks["OrderFields"]?.reserved == [2, 4])
    let more = less + #", hint = "string?""#
    let form = try generate(Self.config(more))
    #expect(form.blocks["OrderFields"]?.reserved == [2, 4])
    #expect(numbers(form)["hint"] == 5)
  }

  @Test(arguments: [
    ("another type", #"total = "string""#, "`OrderFields.total` was `int64` and is `string`"),
    ("a list", #"total = "i64[]""#, "`OrderFields.total` was `int64` and is `repeated int64`"),
    ("optional", #"total = "i64?""#, "`OrderFields.total` may be absent now"),
    ("required", #"note = "string""#, "`OrderFields.note` may not be absent any more"),
    ("a word less", #"state = "enum(open)""#, "`OrderFields.State` has `STATE_PAID` no more"),
    ("a required one more", #"more = "bool""#, "`OrderFields.more` is new and always there"),
    ("an optional one more", #"more = "bool?""#, nil),
    ("a word more", #"state = "enum(open|paid|sent)""#, nil),
  ])
  func findsWhatBreaksCallers(name: String, change: String, fact: String?) throws {
    try generate(Self.config())
    let changed = change.split(separator: " ")[0]
    let kept = Self.first.split(separator: ", ").filter { !$0.hasPrefix("\(changed) ") }
    let fields = (kept + [Substring(change)]).joined(separator: ", ")
    let diagnostics = try found(Self.config(fields))
    #expect(diagnostics.map(\.notes) == (fact.map { [[$0]] } ?? []), "\(name)")
    #expect(try found(Self.config(fields, version: 2)) == [], "\(name)")
  }

  @Test func findsWhatIsGone() throws {
    let note = "[[services.entities]]\nname = \"Note\""
    try generate(Self.config(more: note))
    let diagnostic = try #require(try found(Self.config()).first)
    let method = "`NoteService: GetNote(GetNoteRequest) returns (Note)` is gone"
    #expect(diagnostic.notes.contains(method))
    #expect(diagnostic.notes.contains("`Note` is gone"))
    let less = #"note = "string?", state = "enum(open|paid)", tags = "string[]""#
    try generate(Self.config(more: note))
    #expect(
      try found(Self.config(less, more: note)).first?.notes
        == ["`OrderFields.total`, which was always there, is gone"])
  }

  @Test func raisesTheVersionAsTheWayOut() throws {
    try generate(Self.config())
    let text = Self.config(#"total = "string""#)
    let fix = try #require(try found(text).first?.fixes.first)
    guard case .edited(let document) = resolved(text).1.applying(fix.edits) else {
      Issue.record("the fix cannot be applied")
      return
    }
    let raised = String(decoding: document.source.bytes, as: UTF8.self)
    #expect(try found(raised) == [])
    let form = try generate(raised)
    #expect(form.package == "orders.v2")
    #expect(numbers(form) == ["total": 1])
  }

  @Test(arguments: [
    "services/orders/proto/other.proto", "services/orders/proto/clients/orders.proto",
    "proto/orders.proto", "services/orders/src/orders.proto",
  ])
  func takesNoOtherFileForAContract(path: String) {
    #expect(ProtoForms.service(at: path) == nil)
    #expect(ProtoForms.service(at: Self.path) == "orders")
  }

  @Test(arguments: ["", "message A {", "}", "syntax = \"proto3\";"])
  func readsNothingOffAnotherText(text: String) {
    #expect(ProtoForm(Array(text.utf8)) == nil)
  }
}
