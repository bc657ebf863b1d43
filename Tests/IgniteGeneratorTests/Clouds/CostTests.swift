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
      ("quantity = \"logs-gb\"\namount = 1", "- 0.00 25.20"),
      ("quantity = \"services\"\namount = 5\nper = \"month\"", "books 5.00 5.00"),
      (
        "quantity = \"services\"\namount = 5\nper = \"month\"\nregional = true\nper_region = true",
        "books 15.00 15.00"
      ),
      (
        "quantity = \"instances\"\namount = 7\nidle = 1\nper = \"month\"", "books 4.00 42.00"
      ),
      (
        "quantity = \"services\"\nonly = [\"fly-machine\", \"public\"]\namount = 5\nper = \"month\"",
        "books 5.00 5.00"
      ),
      (
        "quantity = \"services\"\nonly = [\"fly-machine\", \"private\"]\namount = 5\nper = \"month\"",
        ""
      ),
      ("quantity = \"databases\"\namount = 5\nper = \"month\"", "books 5.00 5.00"),
      ("quantity = \"secrets\"\namount = 5\nper = \"month\"", "books 5.00 5.00"),
      ("quantity = \"publications-million\"\namount = 5", ""),
      ("quantity = \"deliveries-million\"\namount = 5", ""),
      ("quantity = \"platform\"\nonly = \"called\"\namount = 9\nper = \"month\"", "- 9.00 9.00"),
      ("quantity = \"platform\"\nonly = \"private\"\namount = 9\nper = \"month\"", ""),
      (
        "quantity = \"platform\"\nper_region = true\namount = 9\nper = \"month\"", "- 18.00 18.00"
      ),
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
    #expect(text.contains("https://fly.io/docs/about/pricing/ as of 2026-11"))
    let json = Document.parse(
      Source(name: "cost.json", text: CostJSON.render(estimate)), format: .yaml)
    #expect(json.diagnostics.allSatisfy { $0.severity != .error })
    #expect(json.root.member("is_estimate")?.node.value == .boolean(true))
  }

  private static let called = """
    [architecture]
    name = "shop"
    [settings]
    default_database = "postgres"
    event_bus = "BUS"
    [cloud]
    primary = "CLOUD"
    regions = ["REGION"]
    [testing.load_testing]
    baseline_rps = 10
    [[services]]
    name = "books"
    type = "stateless"
    publishes = ["BookAdded"]
    entities = [{ name = "Book", fields = { title = "string" } }]
    cloud = { cpu = 256, memory_mb = 512, min_instances = 1, max_instances = 2 }
    [[services]]
    name = "readers"
    type = "stateless"
    protocols = []
    consumes = ["BookAdded"]
    cloud = { cpu = 256, memory_mb = 512, min_instances = 1, max_instances = 1 }
    """

  /// What a line of an estimate says, as `service what least most`.
  private func lines(on cloud: String, bus: String, in region: String) throws -> [String] {
    let text = Self.called.replacing("CLOUD", with: cloud).replacing("BUS", with: bus)
      .replacing("REGION", with: region)
    return try #require(estimate(text).targets.first).lines.map {
      "\($0.service ?? "-"): \($0.what) \(CostText.amount($0.least)) \(CostText.amount($0.most))"
    }
  }

  @Test func awsCostsWhatItsPagesSay() throws {
    let lines = try lines(on: "aws", bus: "sqs", in: "us-east-1")
    // A quarter of a processor and half a GB for 730 hours.
    #expect(lines.contains("books: processors (Arm) 5.91 11.82"))
    #expect(lines.contains("books: memory (Arm) 1.30 2.60"))
    #expect(lines.contains("books: db.t4g.small in two zones 47.45 47.45"))
    #expect(lines.contains("readers: alarm of dead letters 0.10 0.10"))
    #expect(lines.contains("-: NAT gateways, two 65.70 65.70"))
    #expect(lines.contains("-: load balancer, public 16.43 16.43"))
    #expect(!lines.contains { $0.hasPrefix("-: load balancer, internal") })
    // 26.28 million requests, a tenth of them with an event.
    #expect(lines.contains("-: SNS: events 0.00 0.79"))
    #expect(lines.contains("-: SQS: sent, received and removed 0.00 3.94"))
    #expect(!lines.contains { $0.contains("Redis") || $0.contains("function") })
    let dearer = try self.lines(on: "aws", bus: "sqs", in: "eu-central-1")
    #expect(dearer.contains("-: NAT gateways, two 75.55 75.55"))
  }

  @Test func googleCostsWhatItsPagesSay() throws {
    let lines = try lines(on: "gcp", bus: "pubsub", in: "us-central1")
    // Of one processor all the time: what works between requests is billed by its instances.
    #expect(lines.contains("readers: processors, all the time 47.30 47.30"))
    #expect(lines.contains("-: Cloud SQL, one processor and 3.75 GB, twice 98.62 98.62"))
    #expect(lines.contains("-: Pub/Sub: events, 1 KB each 0.00 0.10"))
    #expect(!lines.contains { $0.contains("Memorystore") || $0.contains("Armor") })
  }

  @Test func aRegionWithoutAFactorIsTold() throws {
    let text = Self.called.replacing("CLOUD", with: "aws").replacing("BUS", with: "sqs")
      .replacing("REGION", with: "sa-east-1")
    let target = try #require(estimate(text).targets.first)
    #expect(target.uncounted.contains("what is dearer or cheaper in sa-east-1 than in us-east-1"))
    let shown = CostText.render(estimate(text))
    #expect(shown.contains("Prices of us-east-1, without taxes, discounts and free shares"))
    #expect(shown.contains("One request in 10 publishes an event. A request leaves 1 KB of logs."))
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
