import IgniteSyntax

extension Schema {
  /// `[services.producer]` of a producer.
  static let producer: [KeyDeclaration] = [
    KeyDeclaration("services[].producer", .table, help: "What makes it publish."),
    KeyDeclaration(
      "services[].producer.schedule", .shaped(.cron),
      help: "When it publishes, as five fields of cron.", example: "*/5 * * * *"),
    KeyDeclaration(
      "services[].producer.endpoint", .shaped(.urlPath),
      help: "The path where it takes in what it publishes.", example: "/ingest"),
    KeyDeclaration(
      "services[].producer.batch", .integer(1...10_000), default: 100, unit: "events",
      help: "Events that are sent together at most.", example: 500),
  ].map { $0.only(for: "producer") }
}
