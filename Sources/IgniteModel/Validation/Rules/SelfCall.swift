public import IgniteSyntax

/// A service does not call itself.
public struct SelfCall: ValidationRule {
  /// `self-call`.
  public static let code: Diagnostic.Code = "self-call"

  /// The rule in one sentence.
  public static let summary = "A service does not call itself."

  /// Why a service does not call itself.
  public static let explanation = """
    A synchronous call from a service to itself leaves the process only to come back to it: it \
    holds two of the service's own connections for one request, and under load the requests wait \
    for each other. Inside a service call the function.

    Wrong: `name = "orders"` with `calls = ["orders"]`.

    Right: no such call.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each call of a service to itself.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service in
      service.calls.filter { $0.value == service.name.value }.map { call in
        var diagnostic = error(
          "`\(service.name.value)` calls itself", at: call, label: "the service's own name")
        diagnostic.fixes = call.removal("leave the call out")
        return diagnostic
      }
    }
  }
}
