import Foundation
import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

/// The example that uses every key of the config.
struct CompleteExampleTests {
  private static func example() throws -> LoadedArchitecture {
    let file = Fixtures.folder("Examples") + "/complete.toml"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    return ArchitectureLoader().load(Source(name: "complete.toml", text: text), format: .toml)
  }

  @Test func decodesWithoutAWord() throws {
    let loaded = try Self.example()
    #expect(loaded.diagnostics.map { "\($0.code): \($0.message)" } == [])
  }

  @Test func becomesTypedServices() throws {
    let services = try Self.example().architecture.services
    #expect(services.count == 12)
    let order = try #require(services.first)
    #expect(order.ports.map(\.number.value) == [8080, 9090])
    #expect(order.entities.first?.fields.map(\.name.value).first == "customer_id")
    #expect(order.settings.integer("retry.max_attempts")?.value == 2)
    let saga = try #require(services.compactMap(\.saga).first)
    #expect(saga.steps.map(\.compensation?.value) == ["ReleaseInventory", "refund"])
    #expect(services.first { $0.name.value == "checkout" }?.calls.map(\.value) == ["payments"])
    #expect(
      services.first { $0.name.value == "revenue" }?.publishes.map(\.value) == ["RevenueUpdated"])
    #expect(services.flatMap(\.jobs).map(\.timeZone.value) == ["America/New_York"])
  }
}
