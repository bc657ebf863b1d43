import IgniteSyntax

extension Schema {
  /// `[observability]`: how the platform shows what it does.
  static let observability: [KeyDeclaration] = [
    KeyDeclaration("observability", .table, help: "How the platform shows what it does."),
    KeyDeclaration(
      "observability.tracing", .choice(["opentelemetry", "xray", "cloud-trace", "none"]),
      default: "opentelemetry", help: "Where traces of requests go.", example: "xray"),
    KeyDeclaration(
      "observability.propagation", .list(.choice(["traceparent", "b3"])),
      default: ["traceparent"], help: "The headers that carry a trace from call to call.",
      example: ["traceparent", "b3"]),
    KeyDeclaration("observability.sampling", .table, help: "Which requests are traced."),
    KeyDeclaration(
      "observability.sampling.strategy",
      .choice(["always", "never", "probabilistic", "parent-based"]), default: "parent-based",
      help: "How it is decided whether a request is traced.", example: "probabilistic"),
    KeyDeclaration(
      "observability.sampling.rate", .number(0...1), default: 1.0,
      help: "The share of requests that are traced, from 0 to 1.", example: 0.1),
    KeyDeclaration(
      "observability.metrics", .choice(["prometheus", "opentelemetry", "cloudwatch", "none"]),
      default: "prometheus", help: "How metrics leave the services.", example: "prometheus"),
    KeyDeclaration(
      "observability.logging", .choice(["structured", "json", "plain"]), default: "json",
      help: "The form of log lines.", example: "plain"),
    KeyDeclaration(
      "observability.baggage", .table, help: "What travels with a trace besides its id."),
    KeyDeclaration(
      "observability.baggage.tenant_id", .boolean, default: false,
      effect: .checkedOnly,
      help: "Whether the tenant travels along.", example: true),
    KeyDeclaration(
      "observability.baggage.user_id", .boolean, default: false,
      effect: .checkedOnly,
      help: "Whether the user travels along.", example: true),
    KeyDeclaration(
      "observability.baggage.correlation_id", .boolean, default: true,
      effect: .checkedOnly,
      help: "Whether an id of the whole business transaction travels along.", example: true),
  ]
}
