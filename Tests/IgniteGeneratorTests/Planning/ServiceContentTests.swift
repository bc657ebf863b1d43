import IgniteCatalog
import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteGenerator

/// What a service is told apart by is complete: a new property has to be thought of.
struct ServiceContentTests {
  private static let text = """
    [architecture]
    name = "shop"

    [[services]]
    name = "orders"
    type = "scheduled"
    jobs = { nightly = { cron = "0 3 * * *" } }

    [[services]]
    name = "checkout"
    type = "saga-orchestrator"
    calls = ["orders"]
    saga = { name = "buy", steps = [{ name = "pay", service = "orders", action = "run" }] }

    [[services.entities]]
    name = "Order"
    fields = { total = "i64" }

    """

  private func services(_ text: String) -> [ResolvedService] {
    let document = Document.parse(Source(name: "a.toml", text: text), format: .toml)
    let loader = ArchitectureLoader(schema: Catalog.builtIn.schema)
    return ResolvedArchitecture(loader.load(document).architecture).services
  }

  private func labels(_ value: Any) -> [String] {
    Mirror(reflecting: value).children.compactMap(\.label)
  }

  @Test func knowsEveryProperty() throws {
    let service = try #require(services(Self.text).last)
    #expect(
      labels(service) == [
        "service", "index", "protocols", "ports", "database", "usesDatabase", "bus", "messaging",
        "idempotency", "runtime", "calls", "publishes", "consumes",
      ])
    #expect(
      labels(service.service) == [
        "path", "span", "name", "type", "responsibility", "protocols", "calls", "publishes",
        "consumes", "entities", "ports", "saga", "jobs", "settings",
      ])
    #expect(labels(service.service.settings) == ["values", "overridden", "inherited", "owner"])
    let saga = try #require(service.service.saga)
    #expect(labels(saga) == ["name", "steps", "compensation"])
    #expect(
      labels(try #require(saga.steps.first)) == [
        "name", "service", "action", "compensation", "timeoutSeconds",
      ])
    let job = try #require(services(Self.text).first?.service.jobs.first)
    #expect(labels(job) == ["name", "cron", "timeZone", "timeoutMinutes", "overlapPolicy"])
    let entity = try #require(service.service.entities.first)
    #expect(labels(entity) == ["name", "fields"])
    #expect(labels(try #require(entity.fields.first)) == ["name", "type"])
  }

  @Test func factsKnowEveryProperty() throws {
    let service = try #require(services(Self.text).last)
    let facts = ServiceFacts(service, events: [], traits: ArchetypeTraits())
    #expect(
      labels(facts) == [
        "resolved", "entities", "publishes", "consumes", "traits", "callees", "isCalled",
        "callers", "takesTokens", "needsIssuer", "isChanged", "platform", "deployPrefix",
        "cloudRuntimes", "pushingClouds", "isTenanted", "isAmongTenants", "isKeptByRows",
        "isFoundByHost", "hasFlags", "reaches", "declared",
      ])
  }

  private func content(_ service: ResolvedService) -> Int {
    var hasher = Hasher()
    service.hashContent(into: &hasher)
    return hasher.finalize()
  }

  @Test func isTheSameWhereverItStands() throws {
    let moved = "# a comment\n\n" + Self.text
    #expect(services(Self.text).map(content) == services(moved).map(content))
  }

  @Test(arguments: [
    ("total = \"i64\"", "total = \"i32\""), ("\"Order\"", "\"Orders\""), ("0 3", "0 4"),
    ("name = \"buy\"", "name = \"sell\""), ("name = \"pay\"", "name = \"charge\""),
    ("name = \"checkout\"", "name = \"tills\""),
  ])
  func changesWithWhatIsWritten(old: String, new: String) throws {
    let text = Self.text.split(separator: old, maxSplits: 1).joined(separator: new)
    #expect(services(Self.text).map(content) != services(text).map(content))
  }
}
