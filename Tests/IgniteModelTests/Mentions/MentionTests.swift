import IgniteModel
import IgniteSyntax
import Testing

/// Names that stand in many places of a config.
struct MentionTests {
  private let text = """
    [architecture]
    name = "shop"

    [[services]]
    name = "orders" # the heart
    type = "saga-orchestrator"
    calls = ["stock", "${OTHER:-stock}"]
    publishes = ["OrderPlaced"]

    [services.saga]
    steps = [{ name = "Reserve", service = "stock", action = "reserve" }]

    [[services.entities]]
    name = "Order"
    fields = { stock = "string", before = "ref(Order)? indexed", line = "ref(Line)[]" }

    [[services]]
    name = "stock"
    type = "stateless"
    entities = ["Order", "stock"]
    consumes = ["OrderPlaced"]
    publishes = ["StockLow"]

    [[services]]
    name = "front"
    type = "bff"
    bff = { aggregates = ["orders", "stock"] }
    ports = { outbound = ["rest:stock", "stock", "rest:stockpile"] }
    consumes = ["StockLow"]

    [environments.staging.services.stock]
    responsibility = "stock"

    [[environments.test.services]]
    name = "stock"
    """

  private var document: Document {
    Document.parse(Source(name: "shop.toml", text: text), format: .toml)
  }

  private func paths(_ part: NamedPart) -> [String] {
    document.mentions(of: part).map(\.path.description)
  }

  private func renamed(_ part: NamedPart, to name: String) throws -> Document {
    let outcome = document.applying(document.renaming(part, to: name))
    guard case .edited(let edited) = outcome else {
      throw Refused()
    }
    return edited
  }

  private struct Refused: Error {}

  @Test func findsAServiceWhereverItIsSaid() {
    #expect(
      paths(.service("stock")) == [
        "services[0].calls[0]", "services[0].saga.steps[0].service", "services[1].name",
        "services[2].bff.aggregates[1]", "services[2].ports.outbound[0]",
        "services[2].ports.outbound[1]", "environments.staging.services.stock",
        "environments.test.services[0].name",
      ])
  }

  @Test func tellsTheDeclarationFromTheUses() {
    let mentions = document.mentions(of: .service("stock"))
    #expect(mentions.filter(\.isDeclaration).map(\.path.description) == ["services[1].name"])
    #expect(mentions.first?.service == "orders")
  }

  @Test func findsAnEntityInItsOwnServiceOnly() {
    #expect(
      paths(.entity("Order", service: "orders"))
        == ["services[0].entities[0].name", "services[0].entities[0].fields.before"])
    #expect(paths(.entity("Order", service: "stock")) == ["services[1].entities[0]"])
  }

  @Test func renamesAServiceAndNothingElse() throws {
    let edited = try renamed(.service("stock"), to: "inventory")
    let expected =
      text
      .replacing("calls = [\"stock\"", with: "calls = [\"inventory\"")
      .replacing("service = \"stock\"", with: "service = \"inventory\"")
      .replacing("name = \"stock\"", with: "name = \"inventory\"")
      .replacing("[\"orders\", \"stock\"]", with: "[\"orders\", \"inventory\"]")
      .replacing("[\"rest:stock\", \"stock\"", with: "[\"rest:inventory\", \"inventory\"")
      .replacing("staging.services.stock", with: "staging.services.inventory")
    #expect(String(decoding: edited.source.bytes, as: UTF8.self) == expected)
    #expect(edited.mentions(of: .service("stock")).isEmpty)
  }

  @Test func renamesAnEventAtItsOwnerAndItsConsumers() throws {
    let edited = try renamed(.event("OrderPlaced"), to: "OrderTaken")
    #expect(
      edited.mentions(of: .event("OrderTaken")).map(\.path.description)
        == ["services[0].publishes[0]", "services[1].consumes[0]"])
  }

  @Test func keepsTheMarksOfAReference() throws {
    let edited = try renamed(.entity("Order", service: "orders"), to: "Purchase")
    let entity = ConfigPath([.key("services"), .index(0), .key("entities"), .index(0)])
    let path = entity.appending("fields").appending("before")
    #expect(edited.root.node(at: path)?.value == .string("ref(Purchase)? indexed"))
  }

  @Test func changesNothingForTheSameName() {
    #expect(document.renaming(.service("stock"), to: "stock") == [])
    #expect(document.renaming(.service("nobody"), to: "stock") == [])
  }

  @Test func saysWhatBreaksWithoutAService() {
    #expect(
      document.uses(of: .service("stock")).map(\.path.description) == [
        "services[0].calls[0]", "services[0].saga.steps[0].service",
        "services[2].bff.aggregates[1]", "services[2].ports.outbound[0]",
        "services[2].ports.outbound[1]", "environments.staging.services.stock",
        "environments.test.services[0].name", "services[2].consumes[0]",
      ])
    #expect(document.uses(of: .service("front")) == [])
  }

  @Test func saysWhatBreaksWithoutAnEvent() {
    #expect(
      document.uses(of: .event("StockLow")).map(\.path.description) == ["services[2].consumes[0]"])
  }

  @Test func mendsAMisspeltNameInAllPlaces() throws {
    let source = Source(
      name: "shop.toml", text: text.replacing("\"stock\"", with: "\"Stock\""))
    let loaded = ArchitectureLoader().load(Document.parse(source, format: .toml))
    let found = loaded.diagnostics.first { $0.code == "invalid-name" }
    let fix = try #require(found?.fixes.first)
    #expect(fix.title == "use `stock` in all 6 places")
    guard case .edited(let edited) = loaded.document.applying(fix.edits) else {
      throw Refused()
    }
    #expect(!ArchitectureLoader().load(edited).diagnostics.contains { $0.code == "invalid-name" })
  }
}
