public import IgniteSyntax

/// A deployment strategy that starts a second machine beside the first is not used where a volume belongs to one.
public struct StrategyWithVolumes: ValidationRule {
  /// `strategy-with-volumes`.
  public static let code: Diagnostic.Code = "strategy-with-volumes"

  /// The rule in one sentence.
  public static let summary =
    "A deployment strategy that starts a second machine beside the first is not used where a volume belongs to one."

  /// Why volumes exclude some strategies.
  public static let explanation = """
    On Fly a volume is attached to one machine. `canary` and `blue-green` start new machines \
    beside the old ones, and these would come up without the data, so Fly refuses both for an app \
    with volumes. A service whose database is `sqlite` keeps it on a volume.

    Wrong: `strategy = "canary"` with `primary = "fly"` and the default database `sqlite`.

    Right: `strategy = "rolling"`, or `default_database = "postgres"`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each service whose store and the strategy exclude each other.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    guard let strategy = index.architecture.settings.string("deployment.strategy") else {
      return []
    }
    return index.clouds.flatMap { cloud -> [Diagnostic] in
      guard let trouble = cloud.offering?.withholds[Capability(strategy.value)] else { return [] }
      let services = index.services.filter {
        index.keepsState($0) && index.store(of: $0)?.provides(trouble) ?? false
      }
      return services.first.map {
        [excluded(strategy, on: cloud.id, by: services, first: $0, in: index)]
      } ?? []
    }
  }

  private func excluded(
    _ strategy: Sourced<String>, on cloud: Sourced<String>, by services: [Service], first: Service,
    in index: ArchitectureIndex
  ) -> Diagnostic {
    let count = services.count == 1 ? "" : " and \(services.count - 1) more"
    var diagnostic = error(
      "`\(cloud.value)` has no \(strategy.value) deployment for services with a volume: "
        + "`\(first.name.value)`\(count)", at: strategy)
    var places: Set<Diagnostic.Label> = []
    diagnostic.secondary = services.flatMap { service in
      index.store(of: service)?.id.label("a file on a volume") ?? []
    }.filter { places.insert($0).inserted }
    diagnostic.fixes = index.capabilities.ids(.strategy, satisfiedBy: Self.left(cloud, in: index))
      .prefix(1).flatMap { strategy.fix("deploy `\($0)`", to: .string($0)) }
    return diagnostic
  }

  private static func left(_ cloud: Sourced<String>, in index: ArchitectureIndex) -> Set<Capability>
  {
    guard let offering = index.capabilities.offering(.cloud, cloud.value) else { return [] }
    return offering.provides.subtracting(offering.withholds.keys)
  }
}
