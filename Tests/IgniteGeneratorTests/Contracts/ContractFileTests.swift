import Foundation
import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

/// The generated contracts, judged by a validator of others and by what AsyncAPI 3 asks for.
struct ContractFileTests {
  private static let fields = """
    fields = { word = "string", story = "text?", paid = "bool", small = "i32?", large = "i64", \
    weight = "f64", price = "decimal?", owner = "uuid", day = "date", at = "timestamp?", any = "json", \
    scan = "bytes", kind = "enum(web|phone)", tags = "string[]", sizes = "i32[]?", email = "string pii" }
    """

  private static let config = """
    [architecture]
    name = "shop"
    description = "A: shop # with \\"quotes\\""
    [settings]
    event_bus = "redis"
    [[services]]
    name = "orders"
    type = "stateless"
    publishes = ["OrderPlaced", "StockRanLow"]
    event_versions = { OrderPlaced = 3 }
    [[services.entities]]
    name = "Order"
    \(fields)
    [[services]]
    name = "mail"
    type = "stateless"
    consumes = ["OrderPlaced", "StockRanLow"]
    """

  private static func plan() -> FilePlan {
    let source = Source(name: "architecture.toml", text: config)
    let loaded = ArchitectureLoader(schema: Catalog.builtIn.schema).load(source, format: .toml)
    let planned = PlatformPlanner(catalog: .builtIn)
      .plan(ResolvedArchitecture(loaded.architecture), config: loaded.document)
    #expect(planned.diagnostics.map(\.message) == [])
    return planned.plan
  }

  private static let envelope: JSONValue = [
    "id": "018f4e6a-7c00-7000-8000-000000000001", "type": "OrderPlaced", "version": 3,
    "source": "orders", "key": "a", "occurred_at": "2026-01-31T12:00:00Z", "tenant": .null,
  ]
  private static let payload: JSONValue = [
    "id": "018f4e6a-7c00-7000-8000-000000000001", "word": "a", "story": .null, "paid": true,
    "small": -5, "large": 7_000_000_000, "weight": .number(0.5), "price": "12.50",
    "owner": "018f4e6a-7c00-7000-8000-000000000002", "day": "2026-01-31",
    "at": "2026-01-31T12:00:00Z", "any": ["anything": [1]], "scan": "Ynl0ZXM=", "kind": "post",
    "tags": ["a"], "sizes": .null,
  ]

  private static func event(_ name: String? = nil, _ value: JSONValue? = nil) -> JSONValue {
    guard case .object(var outer) = envelope, case .object(var inner) = payload else {
      return .null
    }
    if let name {
      inner.removeAll { $0.name == name }
      if let value { inner.append(JSONMember(name, value)) }
    }
    outer.append(JSONMember("payload", .object(inner)))
    return .object(outer)
  }

  @Test func aValidatorOfOthersJudgesEventsByThem() throws {
    let plan = Self.plan()
    let file = try #require(plan["contracts/events/OrderPlaced.v3.schema.json"])
    let schema = try #require(JSONScanner.value(of: file.bytes))
    let valid: JSONValue = [
      "whole": Self.event(), "without an optional one": Self.event("story"),
      "without a list": Self.event("tags"), "with more": Self.event("new", 1),
      "with another word": Self.event("kind", "fax"),
    ]
    let invalid: JSONValue = [
      "nothing": [:], "no payload": Self.envelope, "too large": Self.event("small", 2_147_483_648),
      "without a required one": Self.event("word"), "a number": Self.event("word", 1),
      "a null": Self.event("owner", .null), "a text in a list": Self.event("sizes", ["a"]),
      "a fraction": Self.event("large", .number(0.5)),
    ]
    #expect(try Self.judged(schema, valid: valid, invalid: invalid) == "")
  }

  @Test func everySchemaIsASchema() throws {
    let schemas = Self.plan().files.filter { ContractFile(path: $0.path) != nil }
    #expect(schemas.count == 2)
    for file in schemas {
      let schema = try #require(JSONScanner.value(of: file.bytes), "\(file.path)")
      #expect(try Self.judged(schema, valid: [:], invalid: ["nothing": [:]]) == "", "\(file.path)")
    }
  }

  @Test func noPersonalFieldIsInAContract() throws {
    let file = try #require(Self.plan()["contracts/events/OrderPlaced.v3.schema.json"])
    #expect(!String(decoding: file.bytes, as: UTF8.self).contains("email"))
    #expect(try #require(ContractForm(schema: file.bytes)).properties.count == 16)
  }

  private static func judged(
    _ schema: JSONValue, valid: JSONValue, invalid: JSONValue
  ) throws -> String {
    let input: JSONValue = ["schema": schema, "valid": valid, "invalid": invalid]
    let script = Fixtures.folder("../../IgniteModelTests/Scripts/validate.py")
    // The system's own Python has the module of the distribution when the first on PATH has none.
    let choice = """
      for python in python3 /usr/bin/python3; do
        if "$python" -c 'import jsonschema' 2>/dev/null; then exec "$python" "$0"; fi
      done
      exit 1
      """
    let outcome = try Tool.run(
      "sh", ["-c", choice, script], input: Data(JSONText.compact(input).utf8))
    #expect(outcome.status == 0, "\(outcome.errors)")
    return String(decoding: outcome.output, as: UTF8.self)
  }

  // MARK: AsyncAPI

  /// What the specification of AsyncAPI 3.0 requires of the parts that are there.
  @Test func theChannelsAreWhatAsyncAPIAsksFor() throws {
    let plan = Self.plan()
    let file = try #require(plan["contracts/asyncapi.yaml"])
    let document = Document.parse(Source(name: file.path, bytes: file.bytes), format: .yaml)
    #expect(document.diagnostics.map(\.message) == [])
    let root = document.root
    #expect(root.keys == Self.rootKeys)
    #expect(root.text("asyncapi") == "3.0.0")
    #expect(root.text("info", "title") == "shop")
    #expect(root.text("info", "version") == "1.0.0")
    #expect(root.text("info", "description") == "A: shop # with \"quotes\"")
    for (_, server) in root.members("servers") {
      #expect(server.text("host") == "{host}")
      #expect(server.text("protocol") == "redis")
    }
    #expect(root.members("channels").map(\.0) == ["OrderPlaced", "StockRanLow"])
    for (name, channel) in root.members("channels") {
      #expect(channel.text("address") == name)
      let references = channel.references
      #expect(references == ["#/components/messages/\(name)"])
    }
    try expectOperations(of: root)
    try expectMessages(of: root, plan)
  }

  private static let rootKeys = [
    "asyncapi", "info", "defaultContentType", "servers", "channels", "operations", "components",
  ]

  private func expectOperations(of root: DocumentNode) throws {
    let operations = root.members("operations")
    #expect(
      operations.map(\.0) == [
        "orders-sends-OrderPlaced", "orders-sends-StockRanLow", "mail-receives-OrderPlaced",
        "mail-receives-StockRanLow",
      ])
    for (name, operation) in operations {
      #expect(operation.text("action") == (name.contains("-sends-") ? "send" : "receive"))
      let channel = try #require(operation.text("channel", "$ref"))
      #expect(root.node(atPointer: channel) != nil, "\(channel)")
      // An operation's messages are references into its own channel.
      for message in operation.references where message != channel {
        #expect(message.hasPrefix("\(channel)/messages/"), "\(message)")
        #expect(root.node(atPointer: message) != nil, "\(message)")
      }
    }
  }

  private func expectMessages(of root: DocumentNode, _ plan: FilePlan) throws {
    let messages = root.members("components", "messages")
    #expect(messages.map(\.0) == ["OrderPlaced", "StockRanLow"])
    for (name, message) in messages {
      #expect(message.text("name") == name)
      #expect(
        message.text("payload", "schemaFormat") == "application/schema+json;version=draft-07")
      let schema = try #require(message.text("payload", "schema", "$ref"))
      #expect(plan["contracts/" + schema.dropFirst("./".count)] != nil, "\(schema)")
    }
  }
}

extension DocumentNode {
  fileprivate var keys: [String] { members().map(\.0) }

  fileprivate func members(_ path: String...) -> [(String, DocumentNode)] {
    guard case .table(let members)? = descendant(path)?.content else { return [] }
    return members.map { ($0.key, $0.node) }
  }

  fileprivate func text(_ path: String...) -> String? {
    guard case .string(let text)? = descendant(path)?.content else { return nil }
    return text
  }

  /// Every `$ref` at and below this node.
  fileprivate var references: [String] {
    switch content {
    case .table(let members):
      members.flatMap { member in
        if member.key == "$ref", case .string(let text) = member.node.content { return [text] }
        return member.node.references
      }
    case .array(let elements): elements.flatMap(\.references)
    default: []
    }
  }

  fileprivate func node(atPointer pointer: String) -> DocumentNode? {
    descendant(pointer.split(separator: "/").dropFirst().map(String.init))
  }

  private func descendant(_ path: [String]) -> DocumentNode? {
    path.reduce(self as DocumentNode?) { $0?.member($1)?.node }
  }
}
