import IgniteSyntax

extension Schema {
  /// `[services.websocket]` and `[services.subscriptions]` of a websocket gateway.
  static let websocket: [KeyDeclaration] = [
    KeyDeclaration("services[].websocket", .table, help: "How clients connect."),
    KeyDeclaration(
      "services[].websocket.path", .shaped(.urlPath), default: "/ws",
      help: "Where clients connect.", example: "/live"),
    KeyDeclaration(
      "services[].websocket.heartbeat_seconds", .integer(1...3600), default: 30, unit: "s",
      help: "How often a silent connection is probed.", example: 15),
    KeyDeclaration(
      "services[].websocket.max_connections", .integer(1...10_000_000), default: 10_000,
      help: "Clients that one instance serves at most.", example: 50_000),
    KeyDeclaration(
      "services[].subscriptions", .table, help: "What clients are told of."),
    KeyDeclaration(
      "services[].subscriptions.events", .list(.shaped(.typeName)), role: .consumes,
      shorthandFor: "services[].consumes", help: "The events that clients are told of.",
      example: ["OrderShipped"]),
    KeyDeclaration(
      "services[].subscriptions.buffer", .integer(1...100_000), default: 256, unit: "events",
      help: "Events kept for a client that is slow.", example: 1000),
  ].map { $0.only(for: "websocket-gateway") }
}
