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
}
