public import IgniteSyntax

/// The event bus is to be had on every cloud that the platform runs on.
public struct BusUnavailable: ValidationRule {
  /// `bus-unavailable`.
  public static let code: Diagnostic.Code = "bus-unavailable"

  /// The rule in one sentence.
  public static let summary = "The event bus is to be had on every cloud that the platform runs on."

  /// Why the bus depends on the cloud.
  public static let explanation = """
    A bus is a server that somebody runs: `sqs` is a service of AWS, `pubsub` one of Google \
    Cloud, and `kafka` a cluster of MSK on AWS; elsewhere Kafka and RabbitMQ are for `local` and for \
    clusters, which are told where they are. The generator only writes infrastructure that can be \
    applied. `memory` carries events inside one process, which is right for `local`, where the whole \
    platform is one process; on a cloud each service is a process of its own and the events of others \
    would never arrive. On `local` the Compose file starts what stands in for `sqs` and `pubsub`.

    Wrong: `[settings] event_bus = "pubsub"` with `[cloud] primary = "aws"`.

    Right: `event_bus = "sqs"` or `"redis"` with `primary = "aws"`; `"nats"`, \
    `"redis"` or `"postgres"` with `primary = "fly"`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each cloud that does not have the bus, when an event is published at all.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    guard let bus = index.bus, let offering = bus.offering else { return [] }
    if bus.provides("embedded"), !Self.eventsTravel(in: index) { return [] }
    return index.clouds.compactMap { cloud in
      guard let given = cloud.offering?.provides, cloud.offering?.retirement == nil else {
        return nil
      }
      guard !offering.requires.isSubset(of: given) else { return nil }
      return missing(bus, on: cloud, in: index)
    }
  }

  private static func eventsTravel(in index: ArchitectureIndex) -> Bool {
    index.consumers.contains { event, uses in
      uses.contains { use in
        index.publishers[event]?.contains { $0.service != use.service } ?? false
      }
    }
  }

  private func missing(
    _ bus: ArchitectureIndex.Choice, on cloud: ArchitectureIndex.Choice,
    in index: ArchitectureIndex
  ) -> Diagnostic {
    let isEmbedded = bus.provides("embedded")
    var diagnostic = error(
      isEmbedded
        ? "the bus `\(bus.id.value)` does not reach other processes, and `\(cloud.id.value)` runs each service in one"
        : "the bus `\(bus.id.value)` is not available on `\(cloud.id.value)`",
      at: bus.id)
    if diagnostic.primary == nil {
      diagnostic.primary = cloud.id.label("the cloud").first
    } else {
      diagnostic.secondary = cloud.id.label("the cloud")
    }
    let buses = index.capabilities.ids(.bus, satisfiedBy: cloud.offering?.provides ?? [])
    diagnostic.notes.append(Self.note(of: buses, on: cloud.id.value))
    let common = index.capabilities.ids(.bus, satisfiedBy: index.givenByAllClouds)
    diagnostic.fixes = common.prefix(4).flatMap { bus.id.fix("use `\($0)`", to: .string($0)) }
    return diagnostic
  }

  private static func note(of buses: [String], on cloud: String) -> String {
    "`\(cloud)` offers \(buses.map { "`\($0)`" }.joined(separator: ", "))"
  }
}
