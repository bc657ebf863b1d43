import IgniteSyntax

extension Schema {
  /// `[services.integrations]` of a gateway.
  static let integrations: [KeyDeclaration] = [
    KeyDeclaration(
      "services[].integrations", .table, help: "The external systems behind it."),
    KeyDeclaration(
      "services[].integrations.providers", .list(.shaped(.identifier)), default: [],
      help: "The external systems by name.", example: ["stripe"]),
    KeyDeclaration(
      "services[].integrations.base_urls", .table, help: "Where the external systems are."),
    KeyDeclaration(
      "services[].integrations.base_urls.<provider>", .shaped(.url), effect: .carried,
      nameKind: .shaped(.identifier),
      help: "Where one external system is.", example: "https://api.stripe.com"),
    KeyDeclaration(
      "services[].integrations.circuit_breaker", .boolean, default: true,
      help: "Whether each external system has a circuit breaker of its own.", example: false),
    KeyDeclaration(
      "services[].integrations.retry", .table, help: "Which calls are repeated."),
    KeyDeclaration(
      "services[].integrations.retry.idempotent_only", .boolean, default: true,
      help: "Whether only calls are repeated that change nothing twice.", example: true),
  ].map { $0.only(for: "gateway") }
}
