import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteGenerator

struct TemplateTests {
  private static let vocabulary = Vocabulary(
    records: [
      RecordShape(
        "platform",
        [
          .init("name", .text), .init("services", .list(.record("service"))),
          .init("hasBus", .flag),
        ]),
      RecordShape("service", [.init("name", .text), .init("port", .number)]),
    ],
    scopes: [
      .init("platform", pathMember: "name"),
      .init("service", pathMember: "name", in: [("platform", "services")]),
    ])

  private static let shop = TemplateValue.record(
    FixedRecord([
      .text("shop"),
      .list([service("orders", 8080), service("stock", 8081)]),
      .flag(false),
    ]))

  private static func service(_ name: String, _ port: Int64) -> TemplateValue {
    .record(FixedRecord([.text(name), .number(port)]))
  }

  private func compile(
    _ text: String, _ language: Language = .rust
  ) -> (template: Template?, diagnostics: [Diagnostic]) {
    Template.compile(
      Source(name: "t.tmpl", text: text), language: language, vocabulary: Self.vocabulary,
      scopes: ["platform"])
  }

  private func render(_ text: String, _ language: Language = .rust) throws -> String {
    let compiled = compile(text, language)
    let template = try #require(compiled.template, "\(compiled.diagnostics)")
    var renderer = TemplateRenderer(vocabulary: Self.vocabulary)
    let bytes = renderer.render(template, scopes: [Self.shop, .absent])
    #expect(renderer.diagnostics.isEmpty)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func faults(_ text: String, _ language: Language = .rust) -> [String] {
    compile(text, language).diagnostics.map { "\($0.notes[0]): \($0.code): \($0.message)" }
  }

  @Test func fillsHoles() throws {
    #expect(try render("mod <%= platform.name | rust.ident %>;") == "mod shop;")
  }

  @Test func loopsLeaveNoBlankLines() throws {
    let text = """
      a
        <% for service in platform.services %>
      <%= service.name | rust.str %><% if not loop.last %>,<% end %>
        <% end %>
      b
      """
    #expect(try render(text) == "a\n\"orders\",\n\"stock\"\nb")
  }

  @Test func choosesOneBranch() throws {
    let text = """
      <% if platform.hasBus %>
      bus
      <% else if platform.name == "shop" %>
      shop
      <% else %>
      none
      <% end %>

      """
    #expect(try render(text) == "shop\n")
  }

  @Test func sortedLinesComeOnce() throws {
    let text = """
      uses
      <% sorted %>
      b
      <% for service in platform.services %>
      a <%= platform.name | rust.ident %>
      <% end %>

      <% end %>
      end
      """
    #expect(try render(text) == "uses\na shop\nb\nend")
    #expect(faults("<% sorted x %>\n<% end %>").count == 1)
    #expect(faults("<% sorted %>").count == 1)
  }

  @Test func commentsAndEscapedMarksAreNoTags() throws {
    #expect(try render("a\n<%# not here %>\nb <%% c") == "a\nb <% c")
  }

  @Test func indentsAFragmentAsItsSlot() throws {
    let page = try #require(compile("services:\n  <% slot services %>\nend\n", .yaml).template)
    let part = try #require(compile("<%= platform.name | yaml.str %>:\n\n  a: 1\n", .yaml).template)
    var renderer = TemplateRenderer(vocabulary: Self.vocabulary) { slot, scopes in
      #expect(slot.name == "services")
      return [TemplateFragment(template: part, scopes: scopes)]
    }
    let bytes = renderer.render(page, scopes: [Self.shop, .absent])
    #expect(
      String(decoding: bytes, as: UTF8.self) == "services:\n  \"shop\":\n\n    a: 1\nend\n")
  }

  @Test func namesArePlacedAndChecked() {
    #expect(
      faults("x\n <%= platform.nam | rust.str %>") == [
        "at t.tmpl:2:2: template-name: `platform.nam` leads nowhere: a record (platform) has no `nam`"
      ])
    #expect(
      faults("<%= name | rust.str %>").first?.contains("nothing is called `name` here") == true)
    #expect(faults("<%= service.name | rust.str %>").count == 1)
  }

  @Test func holesNeedAnEncoderOfTheirLanguage() {
    #expect(faults("<%= platform.name %>").first?.contains("never goes out as it is") == true)
    #expect(faults("<%= platform.name | rust.raw %>").first?.contains("no encoder") == true)
    #expect(faults("<%= platform.name | yaml.str %>").first?.contains("rust file") == true)
    #expect(faults("<%= platform.hasBus | rust.str %>").first?.contains("a truth value") == true)
  }

  @Test func blocksMustClose() {
    #expect(faults("<% if platform.hasBus %>").first?.contains("no `end`") == true)
    #expect(faults("<% end %>").first?.contains("closes nothing") == true)
    #expect(faults("<% else %>").first?.contains("closes nothing") == true)
    #expect(faults("a <% if").first?.contains("no `%>`") == true)
    #expect(faults("<% for x of platform.services %><% end %>").count == 1)
    #expect(faults("<% for x in platform.name %><% end %>").first?.contains("not a list") == true)
    #expect(faults("<% while x %>").first?.contains("no tag") == true)
  }

  @Test func identifiersAreWholeOrParts() throws {
    #expect(try render("fn new_<%= platform.name | rust.word %>()") == "fn new_shop()")
    #expect(faults("fn new_<%= platform.name | rust.ident %>()").count == 1)
    #expect(faults("fn <%= platform.name | rust.word %>()").count == 1)
  }

  @Test func partsStandInsideQuotes() throws {
    #expect(try render("\"a-<%= platform.name | rust.part %>\"") == "\"a-shop\"")
    #expect(faults("<%= platform.name | rust.part %>").count == 1)
  }

  @Test(arguments: [0, 1, 7, 100]) func neverCrashesOnCutText(seed: Int) {
    let text = "a<% for service in platform.services %><%= service.name | rust.str %><% end %><%"
    for length in 0...text.utf8.count {
      _ = compile(String(text.prefix(length)) + String(repeating: "<% if", count: seed))
    }
    let deep = String(repeating: "<% if platform.hasBus %>", count: 10_000)
    #expect(!compile(deep).diagnostics.isEmpty)
  }

  @Test func noMixtureOfTagsCrashes() {
    let pieces = [
      "<%", "%>", "<% if platform.hasBus %>", "<% end %>", "<% else %>", "<% else if x %>",
      "<% for service in platform.services %>", "<%= platform.name | rust.str %>", "<%=", "<%#",
      "|",
      "\"", "\n", " ", "<% slot a %>", "<% if platform.name == \"a %>", "has", "é", "<%%", "==",
      "=",
      "<% else if platform.name != \"x\" %>", "text", "<%= loop.index | rust.number %>",
    ]
    var random = SeededGenerator(seed: 1)
    for _ in 0..<3_000 {
      let text = (0..<12).compactMap { _ in pieces.randomElement(using: &random) }.joined()
      let compiled = compile(text)
      #expect((compiled.template == nil) == !compiled.diagnostics.isEmpty, "\(text)")
      guard let template = compiled.template else { continue }
      var renderer = TemplateRenderer(vocabulary: Self.vocabulary)
      _ = renderer.render(template, scopes: [Self.shop, .absent])
    }
  }
}
