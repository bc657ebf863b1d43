import IgniteSyntax

extension Schema {
  /// The buses that carry events.
  static let buses = [
    "memory", "postgres", "redis", "nats", "kafka", "rabbitmq", "sqs", "pubsub",
  ]

  /// The databases that hold entities.
  static let databases = ["sqlite", "postgres", "mysql", "dynamodb", "firestore"]

  /// `[settings]`: what the services have in common.
  static let settings: [KeyDeclaration] = [
    KeyDeclaration("settings", .table, help: "What the services have in common."),
    KeyDeclaration(
      "settings.event_bus", .choice(buses), default: "memory", role: .bus,
      help: "What carries events between services; `memory` needs no server.", example: "redis"),
    KeyDeclaration(
      "settings.default_database", .choice(databases), default: "sqlite", role: .stores,
      help: "Where services keep their data; `sqlite` needs no server.", example: "postgres"),
    KeyDeclaration(
      "settings.observability", .choice(["opentelemetry", "none"]), default: "opentelemetry",
      help: "The standard by which traces and metrics leave the services.",
      example: "opentelemetry"),
    KeyDeclaration("settings.events", .table, help: "How events are described and may change."),
    KeyDeclaration(
      "settings.events.schema_registry", .choice(["confluent", "glue", "apicurio", "none"]),
      default: "none", help: "Where the schemas of events are registered.", example: "apicurio"),
    KeyDeclaration(
      "settings.events.format", .choice(["avro", "protobuf", "json-schema"]),
      default: "json-schema", effect: .checkedOnly,
      help: "The language of the schemas of events.", example: "avro"),
    KeyDeclaration(
      "settings.events.compatibility", .choice(["backward", "forward", "full", "none"]),
      default: "backward", help: "Which changes of an event's schema are allowed.",
      example: "full"),
  ]
}
