import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

struct CatalogCheckTests {
  private func check(_ text: String) throws -> [String] {
    let about = Array("title = \"T\"\nsummary = \"S\"\n".utf8)
    let names = ["archetypes/stateless", "protocols/rest", "buses/memory", "stores/sqlite"]
    let catalog = CatalogLoader.load(
      names.map { CatalogFile(path: "Entries/\($0)/entry.toml", bytes: about) }
    ).catalog
    let source = Source(name: "a.toml", text: text)
    let loaded = ArchitectureLoader(schema: catalog.schema).load(source, format: .toml)
    return CatalogCheck(catalog).check(loaded.architecture).map { diagnostic in
      let place = diagnostic.primary.map { source.text(in: $0.span) } ?? "nowhere"
      return "\(diagnostic.message) at \(place)"
    }
  }

  @Test func whatIsThereIsFine() throws {
    let text = """
      [architecture]
      name = "shop"
      [[services]]
      name = "orders"
      type = "stateless"
      """
    #expect(try check(text) == [])
  }

  @Test func eachMissingChoiceIsPointedAt() throws {
    let text = """
      [architecture]
      name = "shop"
      [settings]
      event_bus = "kafka"
      [[services]]
      name = "orders"
      type = "saga-orchestrator"
      protocols = ["rest", "grpc"]
      database = { type = "mysql" }
      messaging = { pattern = "outbox" }
      """
    #expect(
      try check(text) == [
        "nothing in the catalog builds the bus `kafka` at \"kafka\"",
        "nothing in the catalog builds the type of service `saga-orchestrator` at "
          + "\"saga-orchestrator\"",
        "nothing in the catalog builds the protocol `grpc` at \"grpc\"",
        "nothing in the catalog builds the database `mysql` at \"mysql\"",
        "nothing in the catalog builds the way of messaging `outbox` at \"outbox\"",
      ])
  }

  @Test func flagsAndTenantsAreChoicesToo() throws {
    let text = """
      [architecture]
      name = "shop"
      [feature_flags]
      provider = "flagsmith"
      [tenant]
      enabled = true
      isolation = "row-level"
      [[services]]
      name = "orders"
      type = "stateless"
      """
    #expect(
      try check(text) == [
        "nothing in the catalog builds the provider of feature flags `flagsmith` at "
          + "\"flagsmith\"",
        "nothing in the catalog builds the isolation of tenants `row-level` at \"row-level\"",
      ])
    let without = text.replacing("enabled = true", with: "enabled = false")
      .replacing("flagsmith", with: "none")
    #expect(try check(without) == [])
  }

  @Test func aTypeThatMixesTenantsIsRefused() throws {
    let text = """
      [architecture]
      name = "shop"
      multi_tenant = true
      [[services]]
      name = "live"
      type = "websocket-gateway"
      [[services]]
      name = "orders"
      type = "stateless"
      protocols = ["rest", "grpc"]
      """
    let catalog = Catalog.builtIn
    let source = Source(name: "a.toml", text: text)
    let loaded = ArchitectureLoader(schema: catalog.schema).load(source, format: .toml)
    let messages = CatalogCheck(catalog).check(loaded.architecture).map(\.message)
    #expect(
      messages == [
        "nothing in the catalog keeps tenants apart in a `websocket-gateway`",
        "nothing in the catalog keeps tenants apart over `grpc`",
      ])
  }
}
