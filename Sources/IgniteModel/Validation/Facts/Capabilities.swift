/// Everything that can be chosen, by kind and id.
public struct Capabilities: Sendable {
  private let offerings: [Offering.Kind: [String: Offering]]
  /// All offerings in the order they were given.
  public let all: [Offering]

  /// Makes a table; of two offerings with the same kind and id the later one counts.
  public init(_ offerings: [Offering]) {
    all = offerings
    var byKind: [Offering.Kind: [String: Offering]] = [:]
    for offering in offerings { byKind[offering.kind, default: [:]][offering.id] = offering }
    self.offerings = byKind
  }

  /// The offering of a kind and id.
  public func offering(_ kind: Offering.Kind, _ id: String) -> Offering? { offerings[kind]?[id] }

  /// The ids of a kind that bring every one of the capabilities and have not ended.
  public func ids(_ kind: Offering.Kind, providing needed: Set<Capability>) -> [String] {
    all.filter {
      $0.kind == kind && $0.retirement == nil && needed.isSubset(of: $0.provides)
    }.map(\.id)
  }

  /// The ids of a kind for which the capabilities are enough.
  public func ids(_ kind: Offering.Kind, satisfiedBy given: Set<Capability>) -> [String] {
    all.filter { $0.kind == kind && $0.requires.isSubset(of: given) }.map(\.id)
  }
}
