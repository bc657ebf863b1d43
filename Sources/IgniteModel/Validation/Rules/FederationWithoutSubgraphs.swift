public import IgniteSyntax

/// GraphQL federation has subgraphs to join.
public struct FederationWithoutSubgraphs: ValidationRule {
  /// `federation-without-subgraphs`.
  public static let code: Diagnostic.Code = "federation-without-subgraphs"

  /// The rule in one sentence.
  public static let summary = "GraphQL federation has subgraphs to join."

  /// Why federation needs subgraphs.
  public static let explanation = """
    With `graphql.federation` a `bff` joins the GraphQL schemas of the services it aggregates \
    into one. Services that speak only REST or gRPC have no schema to join; at least one must \
    speak `graphql`.

    Wrong: `graphql = { federation = true }` where all aggregated services have `protocols = \
    ["rest"]`.

    Right: `protocols = ["rest", "graphql"]` in the services to be joined.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each federation without a service that speaks GraphQL.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.compactMap { service in
      guard let federation = service.settings.boolean("graphql.federation"), federation.value else {
        return nil
      }
      let targets = service.calls.compactMap { index.service(named: $0.value) }
      guard !targets.contains(where: Self.isSubgraph) else { return nil }
      return alone(service, federation, among: targets)
    }
  }

  private static func isSubgraph(_ service: Service) -> Bool {
    service.protocols.contains { $0.value == "graphql" }
  }

  private func alone(
    _ service: Service, _ federation: Sourced<Bool>, among targets: [Service]
  ) -> Diagnostic {
    var diagnostic = error(
      "`\(service.name.value)` federates GraphQL, but no service that it aggregates speaks it",
      at: federation)
    diagnostic.secondary = targets.flatMap { target in
      target.protocols.first?.label("`\(target.name.value)` does not speak `graphql`") ?? []
    }
    diagnostic.fixes = federation.fix("do not federate", to: .boolean(false))
    return diagnostic
  }
}
