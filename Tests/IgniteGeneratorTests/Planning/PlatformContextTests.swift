import Foundation
import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

struct PlatformContextTests {
  private static let planner = Planner(catalog: .builtIn, vocabulary: PlatformContext.vocabulary)

  private func plan(_ architecture: String) -> (plan: FilePlan, diagnostics: [Diagnostic]) {
    let source = Source(name: "architecture.toml", text: architecture)
    let loader = ArchitectureLoader(schema: Catalog.builtIn.schema)
    let architecture = ResolvedArchitecture(loader.load(source, format: .toml).architecture)
    return Self.planner.plan(PlatformContext.value(of: architecture))
  }

  private func text(_ path: String, in plan: FilePlan) -> String {
    plan[path].map { String(decoding: $0.bytes, as: UTF8.self) } ?? "there is no \(path)"
  }

  @Test func everyTemplateIsSound() {
    #expect(Self.planner.diagnostics.map { [$0.message] + $0.notes } == [])
  }

  @Test(arguments: ["minimal", "shop", "hard-names"])
  func everyArchitectureHasAPlan(name: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appendingPathComponent("EndToEnd/architectures/\(name).toml")
    let planned = plan(try String(contentsOf: file, encoding: .utf8))
    #expect(planned.diagnostics.map { [$0.message] + $0.notes } == [])
    #expect(planned.plan["Cargo.toml"] != nil)
    #expect(planned.plan["crates/dev/src/lib.rs"] != nil)
  }

  @Test(arguments: Catalog.builtIn.entries.filter { $0.example != nil }.map(\.name))
  func everyExampleHasAPlan(name: String) throws {
    let entry = try #require(Catalog.builtIn.entries.first { $0.name == name })
    let example = try #require(entry.example)
    let planned = plan(String(decoding: example.bytes, as: UTF8.self))
    #expect(planned.diagnostics.map { [$0.message] + $0.notes } == [])
    let own = planned.plan.files.contains { $0.entry == name }
    #expect(own || entry.files.isEmpty)
  }

  @Test func personalFieldsStayOutOfEvents() {
    let planned = plan(
      """
      [architecture]
      name = "shop"
      [[services]]
      name = "people"
      type = "stateless"
      publishes = ["PersonAdded", "PersonMoved", "TeaServed"]
      entities = [{ name = "Person", fields = { email = "string pii", city = "string" } }]
      """
    ).plan
    let event = text("crates/events/src/person_added.rs", in: planned)
    #expect(event.contains("pub city: String,"))
    #expect(!event.contains("email"))
    let useCases = text("services/people/src/application/person.rs", in: planned)
    #expect(useCases.contains("fn created(person: &Person)"))
    #expect(useCases.contains("&PersonMoved::from(person)"))
    let announcements = text("services/people/src/application/announcements.rs", in: planned)
    #expect(announcements.contains("pub async fn tea_served(&self, event: &TeaServed)"))
    #expect(planned["services/people/src/domain/person.rs"] != nil)
  }

  @Test func aServiceWithoutEntitiesKeepsNothing() {
    let planned = plan(
      """
      [architecture]
      name = "small"
      [[services]]
      name = "greeter"
      type = "stateless"
      """
    ).plan
    #expect(planned["crates/events/Cargo.toml"] == nil)
    #expect(planned["services/greeter/src/infrastructure/mod.rs"] == nil)
    #expect(!text("services/greeter/Cargo.toml", in: planned).contains("sqlx"))
  }
}
