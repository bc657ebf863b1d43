import IgniteModel
import Testing

@testable import IgniteGenerator

struct RustNamesTests {
  @Test(arguments: [
    ("Order", "Order", "order"), ("OrderLine", "OrderLine", "order_line"),
    ("Option", "OptionEntity", "option_entity"), ("Page", "PageEntity", "page_entity"),
    ("Match", "MatchEntity", "match_entity"), ("Harness", "HarnessEntity", "harness_entity"),
  ])
  func typesStepAside(name: String, type: String, module: String) {
    #expect(RustNames.type(name, suffix: "Entity") == type)
    #expect(RustNames.module(type) == module)
  }

  @Test func keywordsAreNoFields() {
    #expect(RustNames.field("self") == "self_")
    #expect(RustNames.field("kind") == "kind")
  }

  @Test func sqlWordsAreQuoted() {
    #expect(RustNames.sql("order") == "\"order\"")
    #expect(RustNames.sql("total") == "total")
  }

  @Test func packagesOfDependenciesStepAside() {
    #expect(RustNames.package("serde") == "serde-service")
    #expect(RustNames.package("orders") == "orders")
  }

  @Test func variantsDiffer() {
    let variants = RustNames.variants(of: .enumeration(["in-stock", "in_stock", "3d", "self"]))
    #expect(variants.map(\.identifier) == ["InStock", "InStockValue", "Value3d", "SelfValue"])
    #expect(RustNames.variants(of: .string).isEmpty)
  }

  @Test func enumerationsStepAsideForTheirEntity() {
    #expect(RustNames.enumeration(of: "status", in: "Order") == "OrderStatus")
    #expect(RustNames.enumeration(of: "fields", in: "Order") == "OrderFieldsValue")
  }
}
