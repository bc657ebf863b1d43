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
      "services[].integrations.auth", .table, help: "How it proves to them who it is."),
    KeyDeclaration(
      "services[].integrations.auth.<provider>",
      .choice(["none", "api-key", "bearer", "hmac", "oauth2"]),
      nameKind: .shaped(.identifier),
      help: "How it proves to one external system who it is; the secrets are in the environment.",
      example: "oauth2"),
    KeyDeclaration(
      "services[].integrations.webhooks", .list(.shaped(.identifier)), default: [],
      help: "The external systems that tell something by themselves, signed, at `/webhooks/NAME`.",
      example: ["stripe"]),
    KeyDeclaration(
      "services[].integrations.rate_limit", .table,
      help: "How often each external system is called at most."),
    KeyDeclaration(
      "services[].integrations.rate_limit.rps", .integer(1...1_000_000), unit: "requests/s",
      help: "Calls a second of each external system; without it they are not limited.",
      example: 25),
    KeyDeclaration(
      "services[].integrations.rate_limit.burst", .integer(1...1_000_000), default: 10,
      unit: "requests", help: "Calls of one external system that are made at once.", example: 5),
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
