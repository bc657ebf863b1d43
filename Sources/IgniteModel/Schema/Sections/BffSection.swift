import IgniteSyntax

extension Schema {
  /// `[services.bff]` of a back end for one front end.
  static let bff: [KeyDeclaration] = [
    KeyDeclaration("services[].bff", .table, help: "What it brings together."),
    KeyDeclaration(
      "services[].bff.aggregates", .list(.shaped(.kebabName)), default: [], role: .calls,
      help: "The services whose answers it brings together, asked over REST or gRPC.",
      example: ["order-service"]),
    KeyDeclaration(
      "services[].bff.caching", .boolean, default: false,
      help: "Whether answers are kept for a while.", example: true),
    KeyDeclaration(
      "services[].bff.caching_ttl_seconds", .integer(1...86_400), default: 30, unit: "s",
      help: "How long answers are kept.", example: 60),
    KeyDeclaration(
      "services[].bff.rate_limit", .table, help: "How often one front end may ask."),
    KeyDeclaration(
      "services[].bff.rate_limit.rps", .integer(1...1_000_000),
      inherits: "resilience.rate_limit.rps", unit: "requests/s",
      help: "Requests a second that are let in.", example: 200),
    KeyDeclaration(
      "services[].bff.rate_limit.burst", .integer(1...1_000_000),
      inherits: "resilience.rate_limit.burst", unit: "requests",
      help: "Requests above the rate that are let in at once.", example: 50),
  ].map { $0.only(for: "bff") }

  /// `[services.graphql]` and `[services.grpc]`, whose further keys the catalog declares.
  static let graphql: [KeyDeclaration] = [
    KeyDeclaration("services[].grpc", .table, help: "How its gRPC is made."),
    KeyDeclaration("services[].graphql", .table, help: "How its GraphQL is made."),
    KeyDeclaration(
      "services[].graphql.federation", .boolean, default: false,
      effect: .checkedOnly,
      help: "Whether a `bff` joins the GraphQL of the services it aggregates.", example: true
    ).only(for: "bff"),
  ]
}
