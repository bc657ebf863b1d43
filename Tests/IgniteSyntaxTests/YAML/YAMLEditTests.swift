import Foundation
import IgniteSyntax
import Testing

struct YAMLEditTests {
  private static let shop = """
    # The shop.

    architecture:
      name: shop  # short
      version: "1.0.0"
    # Who does what.
    services:
      # Takes orders.
      - name: orders
        type: 'stateless'
        calls: [payments, stock]
        ports: {rest: 8080}

      # Takes money.
      - name: payments
        type: stateless
        notes: |
          one
          two
    regions:
      - eu
      - us  # later
    empty:
    """ + "\n"

  @Test func replacesAScalarInItsStyle() {
    expect(.set("architecture.name", .string("store")), "name: shop  #" => "name: store  #")
    expect(.set("architecture.name", .string("no")), "name: shop" => "name: \"no\"")
    expect(.set("architecture.version", .string("2.0.0")), "\"1.0.0\"" => "\"2.0.0\"")
    expect(.set("services[0].type", .string("it's")), "'stateless'" => "'it''s'")
    expect(.set("services[0].type", .string("a\nb")), "'stateless'" => "|-\n      a\n      b")
    expect(.set("services[0].ports.rest", .integer(9090)), "8080" => "9090")
    expect(.set("services[0].calls[1]", .string("a, b")), "stock" => "\"a, b\"")
    expect(
      .set("services[1].notes", .string("three\n\nfour\n")),
      "      one\n      two" => "      three\n\n      four")
    expect(.set("services[1].notes", .string("three")), "|\n      one\n      two" => "three")
    expect(.set("architecture.name", .string("shop")), "" => "")
  }

  @Test func fillsAnEmptyValue() {
    expect(.set("empty", .boolean(true)), "empty:\n" => "empty: true\n")
    expect(.insert("empty", at: 0, .string("a")), "empty:\n" => "empty: [a]\n")
    expect(
      .set("empty.deep", .table([ConfigMember("a", .integer(1))])),
      "empty:\n" => "empty:\n  deep:\n    a: 1\n")
  }

  @Test func addsAMissingMember() {
    expect(
      .set("architecture.description", .string("All of it.")),
      "\"1.0.0\"\n" => "\"1.0.0\"\n  description: All of it.\n")
    expect(
      .set("services[0].cloud.cpu", .integer(256)),
      "{rest: 8080}\n" => "{rest: 8080}\n    cloud:\n      cpu: 256\n")
    expect(.set("services[0].ports.grpc", .integer(1)), "8080}" => "8080, grpc: 1}")
    expect(
      .set("services[1].notes2", .string("x")), "      two\n" => "      two\n    notes2: x\n")
    expect(
      .set("testing.chaos", .boolean(false)), "empty:\n" => "empty:\ntesting:\n  chaos: false\n")
  }

  @Test func addsAnElement() {
    expect(
      .insert("regions", at: 2, .string("ap")), "us  # later\n" => "us  # later\n  - ap\n")
    expect(.insert("regions", at: 0, .string("ap")), "  - eu" => "  - ap\n  - eu")
    expect(.insert("services[0].calls", at: 0, .string("a")), "[pay" => "[a, pay")
    expect(.insert("services[0].calls", at: 2, .string("a")), "stock]" => "stock, a]")
    let stock = ConfigValue.table([
      ConfigMember("name", .string("stock")), ConfigMember("calls", .array([])),
    ])
    expect(
      .insert("services", at: 1, stock),
      "  # Takes money.\n" => "  - name: stock\n    calls: []\n  # Takes money.\n")
    expect(
      .insert("services", at: 2, stock),
      "      two\n" => "      two\n  - name: stock\n    calls: []\n")
  }

  @Test func removesWithItsOwnComments() {
    expect(.remove("architecture.name"), "  name: shop  # short\n" => "")
    expect(.remove("services[0].name"), "- name: orders\n    type" => "- type")
    expect(.remove("services[0].ports.rest"), "{rest: 8080}" => "{}")
    expect(.remove("services[0].calls[0]"), "[payments, stock]" => "[stock]")
    expect(.remove("services[0].calls[1]"), "[payments, stock]" => "[payments]")
    expect(.remove("regions[0]"), "  - eu\n" => "")
    expect(.remove("regions"), "regions:\n  - eu\n  - us  # later\n" => "")
    let start = "  # Takes orders.\n  - name: orders\n    type: 'stateless'\n"
    expect(
      .remove("services[0]"),
      start + "    calls: [payments, stock]\n    ports: {rest: 8080}\n" => "")
  }

  @Test func movesAndRenames() {
    expect(.move("services[0].calls", from: 0, to: 1), "payments, stock]" => "stock, payments]")
    expect(
      .move("regions", from: 1, to: 0), "  - eu\n  - us  # later\n" => "  - us  # later\n  - eu\n")
    expect(.rename("architecture.name", to: "no"), "  name: shop" => "  \"no\": shop")
    let (orders, payments) = ("  # Takes orders.\n", "  # Takes money.\n")
    let moved = edited(Self.shop, .move("services", from: 0, to: 1)) ?? ""
    #expect(moved.contains("services:\n\n" + payments))
    #expect(moved.contains("      two\n" + orders + "  - name: orders\n"))
  }

  @Test func setsAWholeListWithoutTouchingWhatStays() {
    expect(
      .set("regions", .array([.string("eu"), .string("us"), .string("ap")])),
      "later\n" => "later\n  - ap\n")
    expect(.set("services[0].calls", .array([])), "[payments, stock]" => "[]")
  }

  @Test func writesIntoAnEmptyText() {
    #expect(edited("", .set("a.b", .integer(1))) == "a:\n  b: 1\n")
    #expect(edited("# c", .set("a", .integer(1))) == "# c\na: 1\n")
    #expect(edited("{}\n", .set("a", .integer(1))) == "{a: 1}\n")
    #expect(edited("a: 1", .set("b", .integer(2))) == "a: 1\nb: 2")
    #expect(edited("a: 1\r\nb: 2\r\n", .set("c", .integer(3))) == "a: 1\r\nb: 2\r\nc: 3\r\n")
    #expect(edited("only: 1\n", .remove("only")) == "")
    #expect(edited("a:\n  only: 1\n", .remove("a.only")) == "a: {}\n")
    #expect(edited("a:\n- 1\n", .remove("a[0]")) == "a: []\n")
    #expect(edited("a:\n- 1\n", .insert("a", at: 1, .integer(2))) == "a:\n- 1\n- 2\n")
  }

  @Test func refusesWhatWouldTouchOtherText() {
    let cases: [(String, ConfigEdit)] = [
      ("a: &x {b: 1}\nc: *x\n", .set("c.b", .integer(2))),
      ("a: &x {b: 1}\nc: *x\n", .set("a.b", .integer(2))),
      ("a: &x 1\nc: *x\n", .remove("a")),
      ("a: !!str 1\n", .set("a", .string("2"))),
      ("a:\n  # why\n  only: 1\n", .remove("a.only")),
      ("a: [1, # one\n  2]\n", .remove("a[0]")),
      ("a: |  # why\n  x\n", .set("a", .integer(1))),
    ]
    for (text, edit) in cases {
      guard case .refused(let diagnostic) = document(text).applying(edit) else {
        Issue.record("\(text) took \(edit): \(edited(text, edit) ?? "")")
        continue
      }
      #expect(diagnostic.code == "edit-lossy")
    }
  }

  private func expect(
    _ edit: ConfigEdit, _ change: (String, String), _ location: SourceLocation = #_sourceLocation
  ) {
    let range = Self.shop.range(of: change.0)
    let expected = range.map { Self.shop.replacingCharacters(in: $0, with: change.1) }
    let after = change.0.isEmpty ? Self.shop : expected
    #expect(edited(Self.shop, edit) == after, sourceLocation: location)
  }

  private func edited(_ text: String, _ edit: ConfigEdit) -> String? {
    guard case .edited(let document) = document(text).applying(edit) else { return nil }
    return document.source.text
  }

  private func document(_ text: String) -> Document {
    Document.parse(Source(name: "a.yaml", text: text), format: .yaml)
  }
}

infix operator => : ComparisonPrecedence

/// What stands in the text before and after.
private func => (before: String, after: String) -> (String, String) { (before, after) }
