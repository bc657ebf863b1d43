public import IgniteCatalog
public import IgniteModel

/// What a platform costs a month on each of its clouds: an estimate from the price tables of the catalog.
public struct CostEstimate: Sendable {
  /// What is assumed where nobody can know.
  public struct Assumptions: Sendable {
    /// Requests a second from outside, of the whole platform.
    public let requestsPerSecond: Double
    /// How much is answered to a request, in KB.
    public let answer: Double
    /// The disk of a service whose data is a file, in GB.
    public let volume: Double
  }

  /// The cost of one thing: the least when nobody calls, and the most with all instances all the time.
  public struct Line: Sendable {
    /// The service; absent for what the platform shares.
    public let service: String?
    /// What is paid for, in words.
    public let what: String
    /// The least a month.
    public let least: Double
    /// The most a month.
    public let most: Double
  }

  /// The costs on one cloud.
  public struct Target: Sendable {
    /// The cloud.
    public let cloud: String
    /// Its name for people.
    public let title: String
    /// The regions that are counted.
    public let regions: [String]
    /// The prices; absent where the catalog has none.
    public let prices: PriceTable?
    /// The single costs.
    public let lines: [Line]
    /// What costs too and is not counted.
    public let uncounted: [String]

    /// The sum of all.
    public var least: Double { lines.reduce(0) { $0 + $1.least } }
    /// The sum of all at the most.
    public var most: Double { lines.reduce(0) { $0 + $1.most } }
  }

  /// What is assumed.
  public let assumptions: Assumptions
  /// The clouds of the platform, the primary one first; those where something is deployed alone.
  public let targets: [Target]

  /// Makes the estimate of an architecture.
  public init(_ architecture: ResolvedArchitecture, catalog: Catalog) {
    let platform = PlatformFacts(architecture, CatalogTraits(catalog))
    let rate = platform.settings.integer("testing.load_testing.baseline_rps")?.value ?? 100
    let assumptions = Assumptions(requestsPerSecond: Double(rate), answer: 2, volume: 1)
    self.assumptions = assumptions
    targets = platform.clouds.compactMap { id in
      catalog.entry(.cloud, id).map { entry in
        CostSum(platform: platform, entry: entry, assumptions: assumptions).target()
      }
    }
  }
}
