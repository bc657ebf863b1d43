public import IgniteSyntax

/// A service that aggregates others names at least one.
public struct BffWithoutAggregates: ValidationRule {
  /// `bff-without-aggregates`.
  public static let code: Diagnostic.Code = "bff-without-aggregates"

  /// The rule in one sentence.
  public static let summary = "A service that aggregates others names at least one."

  /// Why a back end for a front end aggregates something.
  public static let explanation = """
    A `bff` has no data of its own: it answers one front end with what other services say, \
    gathered in one round trip. Without services to ask it has nothing to answer.

    Wrong: `type = "bff"` alone.

    Right: `type = "bff"` and `bff = { aggregates = ["orders", "catalog"] }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each such service that names none.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.compactMap { service in
      guard index.archetype(of: service)?.provides("aggregates") ?? false, service.calls.isEmpty
      else { return nil }
      var diagnostic = error(
        "`\(service.name.value)` aggregates no service", at: service.type,
        label: "answers with what other services say")
      diagnostic.notes.append("`bff.aggregates` names the services")
      return diagnostic
    }
  }
}
