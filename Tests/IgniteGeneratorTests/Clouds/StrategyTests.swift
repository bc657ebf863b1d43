import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

/// Every cloud with every strategy: either its files say how a new version takes over, or a diagnostic
/// says that it cannot be had there.
struct StrategyTests {
  private static let strategies = ["rolling", "canary", "blue-green", "recreate"]

  private func config(_ cloud: String, _ strategy: String) -> String {
    """
    [architecture]
    name = "shop"
    [settings]
    default_database = "postgres"
    [cloud]
    targets = ["\(cloud)"]
    [deployment]
    strategy = "\(strategy)"
    [[services]]
    name = "books"
    type = "stateless"
    entities = [{ name = "Book", fields = { title = "string" } }]
    """
  }

  private func files(of cloud: String, _ strategy: String) -> Set<String> {
    let plan = CloudPlan(config(cloud, strategy))
    return Set(
      plan.plan.files.filter { $0.entry == "clouds/\(cloud)" }.map {
        "\($0.path)\n\(String(decoding: $0.bytes, as: UTF8.self))"
      })
  }

  private func isRefused(_ cloud: String, _ strategy: String) -> Bool {
    let source = Source(name: "architecture.toml", text: config(cloud, strategy))
    let loaded = ArchitectureLoader(schema: Catalog.builtIn.schema).load(source, format: .toml)
    let plan = CloudPlan(config(cloud, strategy))
    let told = Rules.check(loaded.architecture, document: loaded.document) + plan.diagnostics
    return told.contains {
      $0.severity == .error && "\($0.code)".contains("strategy")
    }
  }

  /// Those that are there still: of a cloud that stopped nothing else is checked.
  private static let clouds = Catalog.builtIn.entries(of: .cloud).map(\.id).filter {
    Capabilities.core.offering(.cloud, $0)?.retirement == nil
  }

  @Test(arguments: clouds, strategies)
  func aStrategyIsMadeOrRefused(cloud: String, strategy: String) {
    guard !isRefused(cloud, strategy) else { return }
    let own = files(of: cloud, strategy)
    #expect(!own.isEmpty)
    for other in Self.strategies where other != strategy && !isRefused(cloud, other) {
      #expect(own != files(of: cloud, other), "\(cloud): \(strategy) is like \(other)")
    }
  }

  @Test func kubernetesRefusesWhatItHasNot() {
    #expect(isRefused("kubernetes", "canary") && isRefused("kubernetes", "blue-green"))
    #expect(!isRefused("kubernetes", "rolling") && !isRefused("kubernetes", "recreate"))
  }
}
