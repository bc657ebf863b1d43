public import IgniteSyntax

/// A service whose protocols expose entities has entities.
public struct ProtocolWithoutEntities: ValidationRule {
  /// `protocol-without-entities`.
  public static let code: Diagnostic.Code = "protocol-without-entities"

  /// The rule in one sentence.
  public static let summary = "A service whose protocols expose entities has entities."

  /// Why a protocol needs entities.
  public static let explanation = """
    The endpoints of a `stateless` and of an `event-sourced` service are made from its entities. \
    Without entities the service starts and answers health checks only. That is a fine beginning, \
    hence a warning.

    Wrong: `type = "stateless"` with `protocols = ["rest"]` and no entities.

    Right: the same with `[[services.entities]]` and `name = "Order"`, or without `protocols`.
    """

  /// Makes the rule.
  public init() {}

  /// One warning for each service that asks for protocols and has nothing to expose.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.compactMap { service in
      guard service.entities.isEmpty, let spoken = service.protocols.first, spoken.isChosen,
        index.archetype(of: service)?.provides("entities") ?? false
      else { return nil }
      let names = service.protocols.map { "`\($0.value)`" }.joined(separator: " and ")
      return warning(
        "`\(service.name.value)` speaks \(names) but has no entities to expose", at: spoken,
        label: "nothing to list, get or create")
    }
  }
}
