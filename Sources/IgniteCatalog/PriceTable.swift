/// What a cloud asks for what a platform uses of it, at a date.
public struct PriceTable: Sendable {
  /// Something that is used and paid for.
  public enum Quantity: String, Hashable, Sendable, CaseIterable {
    /// Instances that run.
    case instances
    /// Processors of instances that run.
    case processors
    /// The memory of instances that run, in GiB.
    case memory = "memory-gb"
    /// The memory above the least of their size, in GiB.
    case extraMemory = "extra-memory-gb"
    /// Disks of services whose data is a file, in GB.
    case volume = "volume-gb"
    /// Services, however many instances of them run.
    case services
    /// Databases, where each service that keeps rows, and a bus among rows, has a server of its own.
    case databases
    /// Secrets that services are told.
    case secrets
    /// Requests from outside, in millions.
    case requests = "requests-million"
    /// Events that are published, in millions.
    case publications = "publications-million"
    /// Events that reach a consumer, in millions.
    case deliveries = "deliveries-million"
    /// What services log, in GB.
    case logs = "logs-gb"
    /// What is answered to the outside, in GB.
    case egress = "egress-gb"
    /// Services that face the internet.
    case publicServices = "public-services"
    /// A server such as a database, as small as it can be had.
    case server
    /// What a platform needs once.
    case platform

    /// Whether it is paid for by the time it is there.
    public var isTimed: Bool {
      switch self {
      case .requests, .publications, .deliveries, .logs, .egress: false
      default: true
      }
    }
  }

  /// One price.
  public struct Price: Hashable, Sendable {
    /// What is paid for.
    public let quantity: Quantity
    /// How people call it.
    public let label: String
    /// The price of one for a month, or of one where time does not count.
    public let amount: Double
    /// The price of one that waits for requests, where it is another.
    public let idle: Double?
    /// The words that what it is for has all of: a size, a runtime, a server, an ingress, a strategy, a way to
    /// be placed; of everything where empty.
    public let only: [String]
    /// Whether it differs by region, as the factors say.
    public let isRegional: Bool
    /// Whether what is shared is paid for in each region of the platform.
    public let isPerRegion: Bool
    /// Where it is written.
    public let source: String
    /// The day or month when it was read there.
    public let date: String
  }

  /// The currency, such as `USD`.
  public let currency: String
  /// The hours of the month that is counted.
  public let hours: Double
  /// The region whose prices they are, where regions differ.
  public let region: String?
  /// How much more a regional price is in a region.
  public let factors: [String: Double]
  /// Whether services that work between requests have the same instances all the time.
  public let steadyIsFixed: Bool
  /// The runtimes that always run one instance at least.
  public let unstopped: [String]
  /// The prices.
  public let prices: [Price]
  /// What costs too and is not in the table, in words.
  public let uncounted: [String]
}
