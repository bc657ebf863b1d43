import IgniteModel
import IgniteSyntax
import Testing

struct ResolutionTests {
  private static func resolved(
    _ text: String, environment: [String: String] = [:]
  ) -> ResolvedArchitecture {
    let source = Source(name: "a.toml", text: "[architecture]\nname = \"shop\"\n" + text)
    let loader = ArchitectureLoader(environment: environment)
    return ResolvedArchitecture(loader.load(source, format: .toml).architecture)
  }

  private static func service(_ name: String, _ rest: String = "") -> String {
    "[[services]]\nname = \"\(name)\"\ntype = \"stateless\"\n\(rest)\n"
  }

  @Test func choosesPortsThatStayWhenServicesComeAndMove() {
    let few = Self.resolved(Self.service("orders") + Self.service("stock"))
    let many = Self.resolved(
      Self.service("stock") + Self.service("alpha") + Self.service("orders"))
    #expect(few.services[0].ports == many.services[2].ports)
    #expect(few.services[1].ports == many.services[0].ports)
    #expect(few.services[0].ports.map(\.protocolID) == ["rest"])
  }

  @Test func neverGivesAPortTwice() {
    let text = (0..<800).map { Self.service("service-\($0)") }.joined()
    let chosen = Self.resolved(text).services.flatMap(\.ports).map(\.number)
    #expect(Set(chosen).count == 800)
    #expect(chosen.allSatisfy { (10_000..<16_000).contains($0) })
  }

  @Test func leavesWrittenPortsAlone() {
    let free = Self.resolved(Self.service("orders")).services[0].ports[0].number
    let other = Self.resolved(
      Self.service("orders") + Self.service("stock", "ports = { rest = \(free) }"))
    #expect(other.services[1].ports == [.init(protocolID: "rest", number: free, isWritten: true)])
    #expect(other.services[0].ports[0].number != free)
  }

  @Test func ordersServicesAfterThoseTheyCallEvenInCycles() {
    let resolved = Self.resolved(
      Self.service("web", "calls = [\"orders\", \"web\", \"nobody\"]")
        + Self.service("orders", "calls = [\"stock\"]")
        + Self.service("stock", "calls = [\"orders\"]"))
    #expect(resolved.dependencyOrder == [2, 1, 0])
    #expect(resolved.services[0].calls == [1, 0])
  }

  @Test func bindsEventsToTheChangeOfAnEntity() {
    let resolved = Self.resolved(
      Self.service(
        "orders",
        """
        entities = [{ name = "Order" }, { name = "OrderLine" }]
        publishes = ["OrderPlaced", "OrderShipped", "OrderCancelled", "OrderLineAdded", "OrderLineMoved", "Orderly", "StockTaken"]
        """) + Self.service("mail", "consumes = [\"OrderPlaced\", \"OrderPlaced\"]"))
    let found = resolved.events.map { event in
      "\(event.name.value) \(event.binding.map { "\($0.entity) \($0.change)" } ?? "-")"
    }
    #expect(
      found == [
        "OrderPlaced Order create", "OrderShipped -", "OrderCancelled Order delete",
        "OrderLineAdded OrderLine create", "OrderLineMoved OrderLine update", "Orderly -",
        "StockTaken -",
      ])
    #expect(resolved.events[0].consumers == [1])
    #expect(resolved.services[1].consumes == [0])
  }

  @Test func takesEmbeddedDefaultsAndFollowsTheDatabase() {
    let plain = Self.resolved(Self.service("orders", "entities = [{ name = \"Order\" }]"))
    #expect(plain.bus == "memory")
    #expect(plain.services[0].database == "sqlite")
    #expect(plain.services[0].messaging.pattern == "outbox")
    let documents = Self.resolved(Self.service("orders", "database = { type = \"firestore\" }"))
    #expect(documents.services[0].messaging.pattern == "direct")
    #expect(!documents.services[0].usesDatabase)
  }

  @Test func carriesVariablesIntoTheDeployment() throws {
    let text = """
      [cloud.aws]
      account_id = "${ACCOUNT}"
      [security.authentication]
      jwt_issuer = "https://${HOST:-id.example.com}/"

      """
    let resolved = Self.resolved(
      text + Self.service("orders"), environment: ["ACCOUNT": "secret", "HOST": "h"])
    #expect(resolved.inputs.map(\.name) == ["ACCOUNT", "HOST"])
    #expect(resolved.inputs.map(\.defaultValue) == [nil, "id.example.com"])
    #expect(resolved.inputs[0].uses.map(\.description) == ["cloud.aws.account_id"])
    let settings = resolved.architecture.settings
    #expect(settings.string("cloud.aws.account_id")?.value == "${ACCOUNT}")
    let parts = try #require(settings.carriedParts("security.authentication.jwt_issuer"))
    #expect(parts.count == 3)
  }
}
