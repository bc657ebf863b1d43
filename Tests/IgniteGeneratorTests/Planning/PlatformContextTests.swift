import Foundation
import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

struct PlatformContextTests {
  private static let context = PlatformContext(catalog: .builtIn)
  private static let planner = Planner(catalog: .builtIn, vocabulary: context.vocabulary)

  private func plan(_ architecture: String) -> (plan: FilePlan, diagnostics: [Diagnostic]) {
    let source = Source(name: "architecture.toml", text: architecture)
    let loader = ArchitectureLoader(schema: Catalog.builtIn.schema)
    let architecture = ResolvedArchitecture(loader.load(source, format: .toml).architecture)
    return Self.planner.plan(Self.context.value(of: architecture))
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

  /// A service keeps what it is told as rows of its own if they have the same name and form.
  @Test(arguments: [
    ("Book", "title = \"string\"", true),
    ("Book", "title = \"string unique\", shelf = \"string?\", marks = \"i32[]\"", true),
    ("Book", "title = \"string?\"", false),
    ("Book", "title = \"text\"", false),
    ("Book", "title = \"string\", shelf = \"string\"", false),
    ("Book", "title = \"string\", owner = \"string?\"", true),
    ("Shelf", "title = \"string\"", false),
  ])
  func copiesAreKeptWhereTheyFit(entity: String, fields: String, isKept: Bool) {
    let planned = plan(
      """
      [architecture]
      name = "library"
      [[services]]
      name = "books"
      type = "stateless"
      publishes = ["BookAdded", "BookRemoved"]
      entities = [{ name = "Book", fields = { title = "string", pages = "i32", owner = "string pii" } }]
      [[services]]
      name = "search"
      type = "stateless"
      consumes = ["BookAdded", "BookRemoved"]
      entities = [{ name = "\(entity)", fields = { \(fields) } }]
      """
    ).plan
    let folder = "services/search/src/application"
    #expect(text("\(folder)/on_book_added.rs", in: planned).contains("book::keep(") == isKept)
    #expect(text("\(folder)/on_book_removed.rs", in: planned).contains("book::forget(") == isKept)
    let rows = "services/search/src/infrastructure/\(entity.lowercased())/mod.rs"
    #expect(text(rows, in: planned).contains("pub async fn keep(") == isKept)
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

  @Test func declaredKeysAreNamesOfTemplates() throws {
    let rendered = try render(
      """
      retries <%= service.settings.consumer.max_retries | rust.number %>
      backoff <%= service.settings.consumer.retry_backoff | rust.str %>
      <% if not service.settings.consumer.dlq %>
      dropped
      <% end %>
      <% for word in service.settings.consumer.channels_words %>
      channel <%= word.type | rust.ident %> <%= word.module | rust.ident %>
      <% end %>
      multiplier <%= service.settings.retry.multiplier | rust.number %>
      <% if service.settings.stream %>
      never
      <% end %>
      store <%= platform.settings.settings.default_database | rust.str %>
      <% for callee in service.calls %>
      calls <%= callee.name | rust.str %> <%= callee.url_env | rust.str %>
      <% end %>
      """,
      for: """
        [architecture]
        name = "shop"
        [[services]]
        name = "mail"
        type = "consumer"
        consumes = []
        calls = ["people"]
        consumer = { max_retries = 7, dlq = false, channels = ["orders.v1"] }
        [[services]]
        name = "people"
        type = "stateless"
        """)
    let expected = """
      retries 7
      backoff "exponential"
      dropped
      channel OrdersV1 orders_v1
      multiplier 2.0
      store "sqlite"
      calls "people" "PEOPLE_URL"

      """
    #expect(rendered == expected)
  }

  @Test func namesInTablesAreLists() throws {
    let rendered = try render(
      """
      <% for entry in service.settings.integrations.base_urls %>
      <%= entry.key | rust.str %> <%= entry.key_type | rust.ident %>
      <% if entry.value %>
      at <%= entry.value | rust.str %>
      <% end %>
      <% end %>
      <% for provider in service.providers %>
      <%= provider.url_env | rust.str %>
      <% if provider.base_url %>
      at <%= provider.base_url | rust.str %>
      <% end %>
      <% end %>
      """,
      for: """
        [architecture]
        name = "shop"
        [[services]]
        name = "payments"
        type = "gateway"
        [services.integrations]
        providers = ["stripe", "adyen"]
        base_urls = { stripe = "https://api.stripe.com", adyen = "${ADYEN}" }
        """)
    let expected = """
      "adyen" Adyen
      "stripe" Stripe
      at "https://api.stripe.com"
      "STRIPE_BASE_URL"
      at "https://api.stripe.com"
      "ADYEN_BASE_URL"

      """
    #expect(rendered == expected)
  }

  /// Renders a template with the first service of an architecture.
  private func render(_ template: String, for architecture: String) throws -> String {
    let source = Source(name: "architecture.toml", text: architecture)
    let loader = ArchitectureLoader(schema: Catalog.builtIn.schema)
    let loaded = loader.load(source, format: .toml)
    #expect(loaded.diagnostics.filter { $0.severity == .error }.isEmpty)
    let platform = Self.context.value(of: ResolvedArchitecture(loaded.architecture))
    let vocabulary = Self.context.vocabulary
    let compiled = Template.compile(
      Source(name: "x.rs", text: template), language: .rust, vocabulary: vocabulary,
      scopes: ["platform", "service"])
    #expect(compiled.diagnostics.map { [$0.message] + $0.notes } == [])
    var scopes = [TemplateValue](repeating: .absent, count: vocabulary.scopes.count)
    scopes[0] = platform
    var text = ""
    let service = try #require(vocabulary.position(ofScope: "service"))
    ScopeWalk(vocabulary).each([service], in: &scopes) { frame in
      guard text.isEmpty, let template = compiled.template else { return }
      var renderer = TemplateRenderer(vocabulary: vocabulary)
      text = String(decoding: renderer.render(template, scopes: frame), as: UTF8.self)
      #expect(renderer.diagnostics.map(\.message) == [])
    }
    return text
  }
}
