import IgniteSyntax
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

struct PlannerTests {
  private struct Service {
    var name: String
    var type = "web"
    var entities: [String] = []
  }

  private static let entity = RecordDeclaration<String>("entity", [.text("name") { $0 }])
  private static let service = RecordDeclaration<Service>(
    "service",
    [
      .text("name") { $0.name }, .text("type") { $0.type },
      .texts("protocols") { _ in ["rest"] },
      .list("entities", of: entity) { $0.entities },
    ])
  private static let platform = RecordDeclaration<[Service]>(
    "platform", [.text("name") { _ in "shop" }, .list("services", of: service) { $0 }])

  private static let vocabulary = Vocabulary(
    records: [platform.shape, service.shape, entity.shape],
    scopes: [
      .init("platform", pathMember: "name"),
      .init("service", pathMember: "name", in: [("platform", "services")]),
      .init("entity", pathMember: "name", in: [("service", "entities")]),
    ])

  private static let about = "title = \"T\"\nsummary = \"S\"\n"

  private func planner(_ files: [String: String]) -> Planner {
    let loaded = CatalogLoader.load(
      files.sorted { $0.key < $1.key }.map {
        CatalogFile(path: "Entries/" + $0.key, bytes: Array($0.value.utf8))
      })
    #expect(loaded.diagnostics.isEmpty)
    return Planner(catalog: loaded.catalog, vocabulary: Self.vocabulary)
  }

  private func plan(_ files: [String: String], _ services: [Service]) -> [String] {
    let planner = planner(files)
    #expect(planner.diagnostics.isEmpty, "\(planner.diagnostics)")
    let planned = planner.plan(Self.platform.value(of: services))
    #expect(planned.diagnostics.isEmpty, "\(planned.diagnostics)")
    return planned.plan.files.map { "\($0.path): \(String(decoding: $0.bytes, as: UTF8.self))" }
  }

  @Test func makesAFileForEachThingOfItsPath() {
    let files = [
      "platform/base/entry.toml": Self.about,
      "platform/base/files/README.md": "read <% me",
      "archetypes/web/entry.toml": Self.about,
      "archetypes/web/files/s/<service>/<entity>.rs.tmpl":
        "mod <%= entity.name | rust.ident %>;",
      "archetypes/web/files/s/<service>/n.txt": "n",
      "archetypes/other/entry.toml": Self.about,
      "archetypes/other/files/s/<service>/o.txt": "o",
    ]
    let services = [
      Service(name: "b", entities: ["y", "x"]), Service(name: "a"),
      Service(name: "c", type: "other"),
    ]
    #expect(
      plan(files, services) == [
        "README.md: read <% me", "s/a/n.txt: n", "s/b/n.txt: n", "s/b/x.rs: mod x;",
        "s/b/y.rs: mod y;", "s/c/o.txt: o",
      ])
  }

  @Test func fragmentsOfEntriesFillSlots() {
    let files = [
      "platform/base/entry.toml": Self.about,
      "platform/base/files/all.yml.tmpl": "all:\n  <% slot all %>\n",
      "archetypes/web/entry.toml": Self.about,
      "archetypes/web/files/<service>.yml.tmpl": "one:\n<% slot one %>\n",
      "archetypes/web/slots/<service>/all.yml.tmpl": "<%= service.name | yaml.str %>: web\n",
      "protocols/rest/entry.toml": Self.about,
      "protocols/rest/slots/<service>/one.yml.tmpl": "- <%= service.name | yaml.str %>\n",
      "protocols/rest/slots/all.yml.tmpl": "rest: once\n",
      "protocols/grpc/entry.toml": Self.about,
      "protocols/grpc/slots/all.yml.tmpl": "grpc: never\n",
    ]
    let services = [Service(name: "a"), Service(name: "b"), Service(name: "c", type: "other")]
    #expect(
      plan(files, services) == [
        "a.yml: one:\n- \"a\"\n",
        "all.yml: all:\n  \"a\": web\n  \"b\": web\n  rest: once\n",
        "b.yml: one:\n- \"b\"\n",
      ])
  }

  @Test func anEmptyTemplateMakesNoFile() {
    let files = [
      "platform/base/entry.toml": Self.about,
      "platform/base/files/<service>.rs.tmpl":
        "<% if service.entities %>\nmod x;\n<% end %>\n",
      "platform/base/files/.keep": "",
    ]
    let services = [Service(name: "a"), Service(name: "b", entities: ["x"])]
    #expect(plan(files, services) == [".keep: ", "b.rs: mod x;\n"])
  }

  @Test func namesThatDoNotFitArePointedAt() {
    let planner = planner([
      "platform/base/entry.toml": Self.about,
      "platform/base/files/<service>.rs.tmpl": "\nmod <%= service.name | rust.ident %>;",
    ])
    let planned = planner.plan(
      Self.platform.value(of: [Service(name: "self"), Service(name: "..")]))
    #expect(planned.plan.files.isEmpty == false)
    #expect(
      planned.diagnostics.map { "\($0.code) \($0.notes)" }.sorted() == [
        "value-refused [\"at platform/base/files/<service>.rs.tmpl:1:1\"]",
        "value-refused [\"at platform/base/files/<service>.rs.tmpl:2:5\"]",
      ])
  }

  @Test func capabilitiesMustBeProvidedWhereTheyAreNeeded() {
    let planner = planner([
      "platform/base/entry.toml": Self.about + "provides = [\"bus\"]\n",
      "protocols/rest/entry.toml": Self.about + "requires = [\"bus\", \"sql\"]\n",
      "stores/sqlite/entry.toml":
        Self.about + "provides = [\"sql\"]\nwhen = 'service.type == \"web\"'\n",
    ])
    let services = [Service(name: "a"), Service(name: "b", type: "other")]
    let diagnostics = planner.plan(Self.platform.value(of: services)).diagnostics
    #expect(diagnostics.map(\.code) == ["missing-capability"])
    #expect(diagnostics.first?.message.hasPrefix("`b` uses `rest`, which needs `sql`") == true)
    #expect(diagnostics.first?.notes == ["provided by `sqlite` (stores)"])
  }

  @Test func mistakesInEntriesAreReported() {
    let planner = planner([
      "platform/base/entry.toml": Self.about,
      "platform/base/files/<nothing>.rs.tmpl": "",
      "platform/base/slots/nowhere.rs.tmpl": "",
      "platform/odd/entry.toml": Self.about + "when = 'service.nam == \"x\"'",
    ])
    #expect(
      planner.diagnostics.map(\.code.description) == [
        "template-path", "template-name", "template-slot",
      ])
  }
}
