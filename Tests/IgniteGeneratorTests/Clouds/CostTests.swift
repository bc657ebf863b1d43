import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

struct CostTests {
  private func estimate(_ text: String, catalog: Catalog = .builtIn) -> CostEstimate {
    let source = Source(name: "architecture.toml", text: text)
    let loaded = ArchitectureLoader(schema: catalog.schema).load(source, format: .toml)
    return CostEstimate(ResolvedArchitecture(loaded.architecture), catalog: catalog)
  }

  /// A cloud with round prices.
  private func catalog(_ prices: String) throws -> Catalog {
    let entry = """
      title = "Round"
      summary = "s"
      regions = ["near", "far"]
      [[sizes]]
      name = "small"
      cpu = 1024
      memory_mb = [512, 2048]
      memory_step_mb = 512
      """
    let loaded = CatalogLoader.load([
      CatalogFile(path: "Entries/clouds/fly/entry.toml", bytes: Array(entry.utf8)),
      CatalogFile(path: "Entries/clouds/fly/prices.toml", bytes: Array(prices.utf8)),
    ])
    #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
    return Catalog.builtIn.adding(loaded.catalog.entries)
  }

  private static let head = "currency = \"EUR\"\nhours = 700\n[regions]\nfar = 2\n"

  private func price(_ text: String) -> String {
    "[[prices]]\nlabel = \"l\"\nsource = \"s\"\ndate = \"d\"\n\(text)\n"
  }

  private static let config = """
    [architecture]
    name = "shop"
    [settings]
    default_database = "postgres"
    [cloud]
    primary = "fly"
    regions = ["near", "far"]
    [deployment]
    multi_region = "active-active"
    [testing.load_testing]
    baseline_rps = 10
    [[services]]
    name = "books"
    type = "stateless"
    entities = [{ name = "Book", fields = { title = "string" } }]
    cloud = { memory_mb = 1024, min_instances = 2, max_instances = 3 }
    """

  @Test(
    arguments: [
      ("quantity = \"instances\"\namount = 7\nper = \"month\"", "books 28.00 42.00"),
      (
        "quantity = \"instances\"\namount = 7\nper = \"month\"\nregional = true",
        "books 42.00 63.00"
      ),
      ("quantity = \"instances\"\namount = 0.01\nper = \"hour\"", "books 28.00 42.00"),
      ("quantity = \"processors\"\namount = 1\nper = \"month\"", "books 4.00 6.00"),
      ("quantity = \"memory-gb\"\namount = 1\nper = \"month\"", "books 4.00 6.00"),
      ("quantity = \"extra-memory-gb\"\namount = 1\nper = \"month\"", "books 2.00 3.00"),
      ("quantity = \"public-services\"\namount = 5\nper = \"month\"", "books 5.00 5.00"),
      ("quantity = \"instances\"\nonly = \"large\"\namount = 7\nper = \"month\"", ""),
      ("quantity = \"volume-gb\"\namount = 1\nper = \"month\"", ""),
      ("quantity = \"platform\"\namount = 9\nper = \"month\"", "- 9.00 9.00"),
      ("quantity = \"server\"\nonly = \"postgres\"\namount = 9\nper = \"month\"", "- 9.00 9.00"),
      ("quantity = \"requests-million\"\namount = 2", "- 0.00 50.40"),
      ("quantity = \"egress-gb\"\namount = 1", "- 0.00 50.40"),
    ] as [(String, String)])
  func eachQuantityIsCounted(text: String, expected: String) throws {
    let target = try #require(
      estimate(Self.config, catalog: try catalog(Self.head + price(text))).targets.first)
    let lines = target.lines.map {
      "\($0.service ?? "-") \(CostText.amount($0.least)) \(CostText.amount($0.most))"
    }
    #expect(lines.joined(separator: "\n") == expected)
  }

  @Test func whatHasNoPriceIsTold() throws {
    let target = try #require(
      estimate(Self.config, catalog: try catalog("currency = \"EUR\"\nhours = 1\n")).targets.first)
    #expect(target.uncounted == ["the server `postgres`"])
    let cluster = estimate(
      "[architecture]\nname = \"a\"\n[cloud]\ntargets = [\"kubernetes\"]\n")
    #expect(CostText.render(cluster) == "Kubernetes: the catalog has no prices for it\n")
    #expect(CostText.render(estimate("[architecture]\nname = \"a\"\n")).hasPrefix("no cloud"))
  }

  @Test(arguments: [
    ("currency = \"EUR\"", "a price table has a `currency` and the `hours` of a month"),
    ("hours = 1", "a price table has a `currency` and the `hours` of a month"),
    ("currency = \"EUR\"\nhours = 1\nother = 1", "`other` is no key of a price table"),
    (
      head + "[[prices]]\nlabel = \"l\"\nsource = \"s\"\ndate = \"d\"\namount = 1\n"
        + "quantity = \"requests-million\"\nper = \"month\"\n",
      "a price is `per` month, hour or second where time counts, else without"
    ),
  ])
  func mistakesOfTablesAreTold(text: String, message: String) {
    let loaded = CatalogLoader.load([
      CatalogFile(
        path: "Entries/clouds/x/entry.toml", bytes: Array("title = \"t\"\nsummary = \"s\"\n".utf8)),
      CatalogFile(path: "Entries/clouds/x/prices.toml", bytes: Array(text.utf8)),
    ])
    #expect(loaded.diagnostics.map(\.message) == [message])
  }

  @Test func flyCostsWhatItsPageSays() throws {
    let estimate = estimate(
      """
      [architecture]
      name = "shop"
      [cloud]
      primary = "fly"
      regions = ["iad"]
      [[services]]
      name = "books"
      type = "stateless"
      cloud = { memory_mb = 512, min_instances = 1, max_instances = 1 }
      """)
    let target = try #require(estimate.targets.first)
    let machine = target.lines.filter { $0.service == "books" }.reduce(0) { $0 + $1.most }
    // 3.69 for a `shared-cpu-1x` with 512 MB in Ashburn.
    #expect(CostText.amount(machine) == "3.69")
    let text = CostText.render(estimate)
    #expect(text.contains("an estimate in USD a month"))
    #expect(text.contains("https://fly.io/docs/about/pricing/ as read in 2026-11"))
    let json = Document.parse(
      Source(name: "cost.json", text: CostJSON.render(estimate)), format: .yaml)
    #expect(json.diagnostics.allSatisfy { $0.severity != .error })
    #expect(json.root.member("is_estimate")?.node.value == .boolean(true))
  }

  @Test func everyPriceOfTheCatalogHasItsSourceAndDate() {
    for entry in Catalog.builtIn.entries(of: .cloud) {
      for price in entry.prices?.prices ?? [] {
        #expect(price.source.hasPrefix("https://"), "\(entry.id)")
        #expect(price.date.wholeMatch(of: /20[0-9]{2}-[0-9]{2}(-[0-9]{2})?/) != nil, "\(entry.id)")
      }
      for region in (entry.prices?.factors ?? [:]).keys {
        #expect(entry.cloud?.regions.contains(region) == true, "\(entry.id): \(region)")
      }
    }
  }
}
