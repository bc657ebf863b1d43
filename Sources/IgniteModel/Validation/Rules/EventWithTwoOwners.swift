public import IgniteSyntax

/// An event is published by one service only.
public struct EventWithTwoOwners: ValidationRule {
  /// `event-with-two-owners`.
  public static let code: Diagnostic.Code = "event-with-two-owners"

  /// The rule in one sentence.
  public static let summary = "An event is published by one service only."

  /// Why an event has one owner.
  public static let explanation = """
    The service that publishes an event owns its schema and its versions. With two publishers \
    neither can change it alone, the order of events per key is lost, and a consumer cannot know \
    whose word counts.

    Wrong: both `orders` and `checkout` with `publishes = ["OrderPlaced"]`.

    Right: `orders` publishes `OrderPlaced`, `checkout` publishes `CheckoutCompleted`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each further publication of an event.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.enumerated().flatMap { number, service in
      var own: Set<String> = []
      return service.publishes.compactMap { event -> Diagnostic? in
        let isAgain = !own.insert(event.value).inserted
        guard let owner = index.publishers[event.value]?.first else { return nil }
        guard isAgain || owner.service != number else { return nil }
        return second(event, of: service, owner: owner, in: index)
      }
    }
  }

  private func second(
    _ event: Sourced<String>, of service: Service, owner: ArchitectureIndex.EventUse,
    in index: ArchitectureIndex
  ) -> Diagnostic {
    let first = index.services[owner.service].name.value
    let isSame = first == service.name.value
    var diagnostic = error(
      isSame
        ? "`\(first)` publishes `\(event.value)` twice"
        : "`\(event.value)` is published by `\(first)` and by `\(service.name.value)`",
      at: event, label: isSame ? "the same event again" : "a second owner")
    diagnostic.secondary = owner.event.label("first published here")
    diagnostic.fixes = event.removal("leave it to `\(first)`")
    return diagnostic
  }
}
