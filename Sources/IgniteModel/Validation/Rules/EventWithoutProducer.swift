public import IgniteSyntax

/// Every consumed event is published by a service of the platform.
public struct EventWithoutProducer: ValidationRule {
  /// `event-without-producer`.
  public static let code: Diagnostic.Code = "event-without-producer"

  /// The rule in one sentence.
  public static let summary = "Every consumed event is published by a service of the platform."

  /// Why consumed events need a producer.
  public static let explanation = """
    A consumer is generated against the type of the event, and the type belongs to the service \
    that publishes it. An event that nobody publishes never arrives, and most often its name is \
    misspelled. Events of a system outside of the platform come in through a service of type \
    `producer`, `gateway` or `legacy-adapter` that publishes them.

    Wrong: `consumes = ["OrderPlacd"]` while `orders` publishes `OrderPlaced`.

    Right: `consumes = ["OrderPlaced"]`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each consumed event that nobody publishes.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service in
      service.consumes
        .filter { index.publishers[$0.value] == nil }
        .map { unpublished($0, of: service, in: index) }
    }
  }

  private func unpublished(
    _ event: Sourced<String>, of service: Service, in index: ArchitectureIndex
  ) -> Diagnostic {
    var diagnostic = error(
      "`\(service.name.value)` consumes `\(event.value)`, which no service publishes", at: event,
      label: "no service publishes this event")
    let taken = Set(service.consumes.map(\.value))
    let others = index.publishers.keys.sorted().filter { !taken.contains($0) }
    if let nearest = event.value.nearest(in: others) {
      diagnostic.fixes = event.fix("use `\(nearest)`", to: .string(nearest))
    }
    return diagnostic
  }
}
