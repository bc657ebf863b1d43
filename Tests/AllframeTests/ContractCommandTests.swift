import Foundation
import IgniteTestSupport
import Testing

/// Events that change after they were published, from the command line.
struct ContractCommandTests {
  private static let config = """
    [architecture]
    name = "shop"

    [[services]]
    name = "orders"
    type = "stateless"
    publishes = ["OrderPlaced"]

    [[services.entities]]
    name = "Order"
    fields = { total = "i64" }

    [[services]]
    name = "mail"
    type = "stateless"
    consumes = ["OrderPlaced"]

    """

  @Test func refusesToBreakAContractUntilTheVersionIsRaised() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(Self.config, to: "a.toml")
    let first = ["ignite", "--config", "a.toml", "--out", "shop", "--yes", "--no-format"]
    #expect(try program.run(first).status == 0)
    #expect(try program.run(["check", "shop/architecture.toml"]).status == 0)

    let changed = Self.config.replacing("total = \"i64\"", with: "total = \"string\"")
    try program.write(changed, to: "shop/architecture.toml")
    let again = ["ignite", "--config", "shop/architecture.toml", "--yes", "--no-format"]
    for command in [["check", "shop/architecture.toml"], again, again + ["--dry-run"]] {
      let outcome = try program.run(command)
      #expect(outcome.status == 1)
      #expect((outcome.output + outcome.errors).contains("error[breaking-contract]"))
    }

    #expect(try program.run(["check", "shop/architecture.toml", "--fix"]).status == 0)
    #expect(try program.read("shop/architecture.toml").contains("OrderPlaced = 2"))
    #expect(try program.run(again).status == 0)
    #expect(try program.read("shop/crates/events/src/order_placed.rs").contains("fn upcast"))
    for version in 1...2 {
      let schema = try program.read("shop/contracts/events/OrderPlaced.v\(version).schema.json")
      #expect(schema.contains("\"version\": { \"const\": \(version) }"))
    }
    #expect(try program.run(again + ["--dry-run"]).status == 0)
  }
}
