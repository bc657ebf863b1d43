import IgniteCatalog
import IgniteModel
import IgniteSyntax

@testable import IgniteTUI

/// Configs that pictures are taken of.
enum Sample {
  static let shop = """
    [architecture]
    name = "shop"

    [[services]]
    name = "gateway"
    type = "stateless"
    protocols = ["rest"]
    calls = ["orders", "catalog"]

    [[services]]
    name = "orders"
    type = "stateless"
    calls = ["payments", "catalog"]
    publishes = ["OrderPlaced"]

    [[services.entities]]
    name = "Order"
    fields = { customer = "uuid indexed", total_cents = "i64", note = "string?" }

    [[services]]
    name = "catalog"
    type = "stateless"

    [[services]]
    name = "payments"
    type = "stateless"
    calls = ["bank"]
    publishes = ["PaymentTaken"]

    [[services]]
    name = "notifications"
    type = "stateless"
    consumes = ["OrderPlaced", "PaymentTaken", "ParcelLost"]
    """

  /// The shop without anything that is wrong with it.
  static let clean = shop.replacing("calls = [\"bank\"]\n", with: "")
    .replacing(", \"ParcelLost\"", with: "")

  static func loaded(_ text: String) -> LoadedArchitecture {
    ArchitectureLoader(schema: Catalog.builtIn.schema)
      .load(Source(name: "architecture.toml", text: text), format: .toml)
  }

  static func graphPane(_ text: String = shop) -> GraphPane {
    let architecture = loaded(text).architecture
    var pane = GraphPane()
    pane.show(GraphContent(ArchitectureIndex(architecture), of: architecture))
    return pane
  }

  /// Many services that call each other and send events.
  static func large(_ count: Int) -> String {
    var text = "[architecture]\nname = \"large\"\n"
    for number in 0..<count {
      text += "\n[[services]]\nname = \"service-\(number)\"\ntype = \"stateless\"\n"
      let calls = [number * 2 + 1, number * 2 + 2].filter { $0 < count }
      text += "calls = [\(calls.map { "\"service-\($0)\"" }.joined(separator: ", "))]\n"
      if number % 3 == 0 { text += "publishes = [\"Thing\(number)Made\"]\n" }
      if number % 3 == 1 { text += "consumes = [\"Thing\(number - 1)Made\"]\n" }
    }
    return text
  }
}
