import IgniteSyntax

extension Schema {
  /// `[services.websocket]` and `[services.subscriptions]` of a websocket gateway.
  static let websocket: [KeyDeclaration] = [
    KeyDeclaration("services[].websocket", .table, help: "How clients connect."),
    KeyDeclaration(
      "services[].websocket.path", .shaped(.urlPath), default: "/ws",
      help: "Where clients connect.", example: "/live"),
    KeyDeclaration(
      "services[].websocket.protocol", .choice(["events", "graphql-subscriptions"]),
      default: "events",
      help: "What clients speak: JSON texts, or GraphQL subscriptions beside them.",
      example: "graphql-subscriptions"),
    KeyDeclaration(
      "services[].websocket.heartbeat_seconds", .integer(1...3600), default: 30, unit: "s",
      help: "How often a silent connection is probed.", example: 15),
    KeyDeclaration(
      "services[].websocket.max_connections", .integer(1...10_000_000), default: 10_000,
      help: "Clients that one instance serves at most.", example: 50_000),
    KeyDeclaration(
      "services[].websocket.max_per_user", .integer(1...10_000), default: 10,
      help: "Connections that one user may have to one instance.", example: 4),
    KeyDeclaration(
      "services[].websocket.slow_clients", .choice(["drop-oldest", "disconnect"]),
      default: "drop-oldest",
      help: "What happens to a client for whom more events wait than the buffer holds.",
      example: "disconnect"),
    KeyDeclaration(
      "services[].websocket.presence", .boolean, default: true,
      help: "Whether clients may ask who else is connected.", example: false),
    KeyDeclaration(
      "services[].subscriptions", .table, help: "What clients are told of."),
    KeyDeclaration(
      "services[].subscriptions.events", .list(.shaped(.typeName)), role: .consumes,
      shorthandFor: "services[].consumes", help: "The events that clients are told of.",
      example: ["OrderShipped"]),
    KeyDeclaration(
      "services[].subscriptions.buffer", .integer(1...100_000), default: 256, unit: "events",
      help: "Events kept for a client that is slow.", example: 1000),
    KeyDeclaration(
      "services[].subscriptions.roles", .table,
      help: "Who may hear what; an event that is not named here is for everybody with a token."),
    KeyDeclaration(
      "services[].subscriptions.roles.<event>", .text(maxLength: 255),
      nameKind: .shaped(.typeName), help: "The role that a client needs to hear one event.",
      example: "clerk"),
    KeyDeclaration(
      "services[].subscriptions.subjects", .table,
      help: "What is for one user only; an event that is not named here is for all who may hear it."
    ),
    KeyDeclaration(
      "services[].subscriptions.subjects.<event>", .shaped(.fieldName),
      nameKind: .shaped(.typeName),
      help: "The field of an event that names its only reader, by the subject of the token.",
      example: "customer"),
  ].map { $0.only(for: "websocket-gateway") }
}
