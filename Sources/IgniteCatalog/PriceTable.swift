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
    /// Requests from outside, in millions.
    case requests = "requests-million"
    /// What is answered to the outside, in GB.
    case egress = "egress-gb"
    /// Services that face the internet.
    case publicServices = "public-services"
    /// A server such as a database, as small as it can be had.
    case server
    /// What a platform needs once.
    case platform

    /// Whether it is paid for by the time it is there.
    public var isTimed: Bool { self != .requests && self != .egress }
  }

  /// One price.
  public struct Price: Hashable, Sendable {
    /// What is paid for.
    public let quantity: Quantity
    /// How people call it.
    public let label: String
    /// The price of one for a month, or of one where time does not count.
    public let amount: Double
    /// The size, runtime or server that it is for; of all where absent.
    public let only: String?
    /// Whether it differs by region, as the factors say.
    public let isRegional: Bool
    /// Where it is written.
    public let source: String
    /// The day or month when it was read there.
    public let date: String
  }

  /// The currency, such as `USD`.
  public let currency: String
  /// The hours of the month that is counted.
  public let hours: Double
  /// How much more a regional price is in a region.
  public let factors: [String: Double]
  /// Whether services that work between requests have the same instances all the time.
  public let steadyIsFixed: Bool
  /// The prices.
  public let prices: [Price]
  /// What costs too and is not in the table, in words.
  public let uncounted: [String]
}
