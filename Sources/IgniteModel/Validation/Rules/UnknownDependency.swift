public import IgniteSyntax

/// A service may depend only on services that the architecture declares.
public struct UnknownDependency: ValidationRule {
  /// `unknown-dependency`.
  public static let code: Diagnostic.Code = "unknown-dependency"

  /// The rule in one sentence.
  public static let summary =
    "A service may depend only on services that the architecture declares."

  /// Why dependencies are declared.
  public static let explanation = """
    Each name in `calls`, in `bff.aggregates` and in the steps of a saga must be the name of a \
    service in the same file, because the generator turns it into a client, a health check and a \
    network rule. A system outside of the platform is reached through a service of type `gateway` \
    or `legacy-adapter`.

    Wrong: `calls = ["paymnets"]` beside a service `payments`.

    Right: `calls = ["payments"]`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each mention of a service that is not there.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service in
      service.calls
        .filter { index.servicesByName[$0.value] == nil }
        .map { unknown($0, of: service, in: index) }
    }
  }

  private func unknown(
    _ dependency: Sourced<String>, of service: Service, in index: ArchitectureIndex
  ) -> Diagnostic {
    var diagnostic = error(
      "`\(service.name.value)` depends on `\(dependency.value)`, which is not declared",
      at: dependency, label: "no service has this name")
    let others = index.servicesByName.keys.sorted().filter { $0 != service.name.value }
    if let nearest = dependency.value.nearest(in: others) {
      diagnostic.fixes = dependency.fix("use `\(nearest)`", to: .string(nearest))
    }
    return diagnostic
  }
}
