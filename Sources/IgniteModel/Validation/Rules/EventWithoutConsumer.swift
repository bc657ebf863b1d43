public import IgniteSyntax

/// Every published event has somebody who wants it.
public struct EventWithoutConsumer: ValidationRule {
  /// `event-without-consumer`.
  public static let code: Diagnostic.Code = "event-without-consumer"

  /// The rule in one sentence.
  public static let summary = "Every published event has somebody who wants it."

  /// Why unconsumed events are pointed out.
  public static let explanation = """
    Publishing costs a row in the outbox, a message on the bus and a promise about its shape for \
    years. Without a consumer nobody gains from it. This is a warning only: consumers may live \
    outside of the platform, and an event may be there ahead of its consumer.

    Wrong: `publishes = ["OrderPlaced"]` and no service with `consumes = ["OrderPlaced"]`.

    Right: another service consumes it, or it is left out until one does.
    """

  /// Makes the rule.
  public init() {}

  /// One warning for each event without consumer.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service in
      service.publishes.filter { index.consumers[$0.value] == nil }.map { event in
        var diagnostic = warning(
          "`\(service.name.value)` publishes `\(event.value)`, which no service consumes",
          at: event,
          label: "nobody in this platform listens")
        diagnostic.fixes = event.removal("leave it out")
        return diagnostic
      }
    }
  }
}
