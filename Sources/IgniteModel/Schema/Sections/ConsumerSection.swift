import IgniteSyntax

extension Schema {
  /// `[services.consumer]` of a consumer.
  static let consumer: [KeyDeclaration] = [
    KeyDeclaration("services[].consumer", .table, help: "How it handles events."),
    KeyDeclaration(
      "services[].consumer.events", .list(.shaped(.typeName)), role: .consumes,
      shorthandFor: "services[].consumes", help: "The events it handles.",
      example: ["OrderPlaced"]),
    KeyDeclaration(
      "services[].consumer.channels", .list(.shaped(.topic)), default: [],
      help: "Channels it listens on besides those of its events.", example: ["orders.v1"]),
    KeyDeclaration(
      "services[].consumer.dlq", .boolean, default: true,
      help: "Whether events that cannot be handled are set aside, else they are dropped.",
      example: false),
    KeyDeclaration(
      "services[].consumer.max_retries", .integer(0...100), default: 5,
      help: "How often an event is tried again.", example: 3),
    KeyDeclaration(
      "services[].consumer.retry_backoff", .choice(["exponential", "linear", "fixed"]),
      default: "exponential", help: "How the waits between tries grow.", example: "linear"),
    KeyDeclaration(
      "services[].consumer.concurrency", .integer(1...1024), default: 4,
      help: "Events that are handled at the same time.", example: 8),
  ].map { $0.only(for: "consumer") }
}
