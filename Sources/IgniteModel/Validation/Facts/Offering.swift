/// The name of something that one part of a platform gives and another needs, such as `sql`.
public struct Capability: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The kebab-case name.
  public let description: String
  /// Takes a kebab-case name.
  public init(_ name: String) { description = name }
  /// Takes a kebab-case name.
  public init(stringLiteral value: String) { description = value }
}

/// One thing that an architecture can choose: what it brings and what it cannot do without.
public struct Offering: Hashable, Sendable {
  /// What is chosen.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// What a service is built from.
    case archetype
    /// How a service is spoken to.
    case `protocol`
    /// What carries events.
    case bus
    /// What keeps answers of other services near.
    case cache
    /// How an event and the change it tells of stay together.
    case pattern
    /// What keeps a service's data.
    case store
    /// Where the platform runs.
    case cloud
    /// What holds a service's process there.
    case runtime
    /// How a new version replaces the old one.
    case strategy
  }

  /// The end of something that can no longer be had.
  public struct Retirement: Hashable, Sendable {
    /// The day it stopped, as year-month-day.
    public var date: String
    /// The id to use in its place.
    public var successor: String
  }

  /// What is chosen.
  public var kind: Kind
  /// How the config names it.
  public var id: String
  /// What it brings.
  public var provides: Set<Capability>
  /// What it cannot do without.
  public var requires: Set<Capability>
  /// What it brings no longer when something with the other capability is there too.
  public var withholds: [Capability: Capability]
  /// For a cloud: its runtimes, the one taken without a choice first.
  public var runtimes: [String]
  /// When it ended, if it did.
  public var retirement: Retirement?

  /// Makes an offering.
  public init(
    _ kind: Kind, _ id: String, provides: Set<Capability> = [], requires: Set<Capability> = [],
    withholds: [Capability: Capability] = [:], runtimes: [String] = [],
    retirement: Retirement? = nil
  ) {
    self.kind = kind
    self.id = id
    self.provides = provides
    self.requires = requires
    self.withholds = withholds
    self.runtimes = runtimes
    self.retirement = retirement
  }
}
