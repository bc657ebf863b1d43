/// What a cloud has to choose from: where machines stand and which sizes there are.
public struct CloudOffer: Sendable {
  /// A size of machine, with the memory that it can have.
  public struct Size: Hashable, Sendable {
    /// How the cloud names it.
    public let name: String
    /// Its processors, in 1/1024 of one.
    public let cpu: Int64
    /// The least and the most memory, in MiB.
    public let memory: ClosedRange<Int64>
    /// Memory comes in multiples of this, in MiB.
    public let memoryStep: Int64

    /// The least memory that it has and that is enough; absent where it has no such.
    public func memory(for needed: Int64) -> Int64? {
      guard needed <= memory.upperBound else { return nil }
      let wanted = max(needed, memory.lowerBound)
      let steps = (wanted - memory.lowerBound + memoryStep - 1) / memoryStep
      let fitting = memory.lowerBound + steps * memoryStep
      return fitting <= memory.upperBound ? fitting : nil
    }
  }

  /// A value of the config that a new platform takes there in place of what is embedded in a process.
  public struct Preference: Hashable, Sendable {
    /// The key below `settings`.
    public let key: String
    /// Its value.
    public let value: String
  }

  /// The regions, the one taken without a choice first.
  public let regions: [String]
  /// The sizes from small to large.
  public let sizes: [Size]
  /// What a new platform takes there: a bus and a database that other processes reach.
  public let preferences: [Preference]
  /// Whether each region has databases of its own, which nothing keeps alike.
  public let hasDataPerRegion: Bool
  /// The runtimes that its Pulumi program makes; empty where it has none.
  public let pulumi: [String]
  /// How many characters names of a kind may have, by what the cloud's templates call the kind.
  public let nameLimits: [String: Int64]

  init(
    regions: [String], sizes: [Size], preferences: [Preference] = [],
    hasDataPerRegion: Bool = false, pulumi: [String] = [], nameLimits: [String: Int64] = [:]
  ) {
    self.regions = regions
    self.sizes = sizes
    self.preferences = preferences
    self.hasDataPerRegion = hasDataPerRegion
    self.pulumi = pulumi
    self.nameLimits = nameLimits
  }

  /// The first size with as much processor and memory, and its memory; absent where none is enough.
  public func size(cpu: Int64, memory: Int64) -> (size: Size, memory: Int64)? {
    for size in sizes where size.cpu >= cpu {
      if let fitting = size.memory(for: memory) { return (size, fitting) }
    }
    return nil
  }
}
