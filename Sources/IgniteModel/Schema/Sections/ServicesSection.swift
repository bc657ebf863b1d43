import IgniteSyntax

extension Schema {
  /// The archetypes a service can be built from.
  static let archetypes = [
    "stateless", "event-sourced", "consumer", "producer", "saga-orchestrator", "gateway", "bff",
    "websocket-gateway", "scheduled", "legacy-adapter", "stream-processor", "cache",
  ]

  /// The protocols a service can speak.
  static let protocols = ["rest", "graphql", "grpc"]

  /// `[[services]]`: the keys that every service has.
  static let services: [KeyDeclaration] = [
    KeyDeclaration(
      "services", .list(.table), isRequired: true, help: "The services of the platform."),
    KeyDeclaration("services[]", .table, help: "One service."),
    KeyDeclaration(
      "services[].name", .shaped(.kebabName), isRequired: true,
      help: "Its name, unique in the platform.", example: "order-service"),
    KeyDeclaration(
      "services[].type", .choice(archetypes), isRequired: true,
      synonyms: ["anti-corruption-layer": "legacy-adapter"],
      help: "The archetype it is built from.", example: "stateless"),
    KeyDeclaration(
      "services[].responsibility", .text(maxLength: 2000), effect: .prose,
      help: "What it is for, in a sentence.", example: "Order lifecycle"),
    KeyDeclaration(
      "services[].multi_tenant", .boolean,
      switches: ["tenant.enabled", "architecture.multi_tenant"],
      help: "Whether it keeps the tenants of its platform apart; `false` takes it out.",
      example: false),
    KeyDeclaration(
      "services[].protocols", .list(.choice(protocols)),
      help: "How others talk to it; `rest` unless the archetype is not talked to.",
      example: ["rest", "grpc"]),
    KeyDeclaration(
      "services[].calls", .list(.shaped(.kebabName)), default: [], role: .calls,
      help: "The services it calls and waits for.",
      example: ["inventory-service"]),
    KeyDeclaration(
      "services[].publishes", .list(.shaped(.typeName)), default: [], role: .publishes,
      help: "The events it owns.", example: ["OrderPlaced"]),
    KeyDeclaration(
      "services[].event_versions", .table,
      help: "The versions of events it owns; an event that is not named here has version 1."),
    KeyDeclaration(
      "services[].event_versions.<event>", .integer(1...10_000), nameKind: .shaped(.typeName),
      help: "The version of one event's form, raised when the form changes.",
      example: 2),
    KeyDeclaration(
      "services[].consumes", .list(.shaped(.typeName)), default: [], role: .consumes,
      help: "The events of other services that it handles.",
      example: ["PaymentSucceeded"]),
    KeyDeclaration(
      "services[].ports", .table, help: "Where it listens; chosen stably when absent."),
    KeyDeclaration(
      "services[].ports.<protocol>", .port, nameKind: .choice(protocols + ["http"]),
      help: "The port of one protocol; `http` is that of health and metrics without `rest`.",
      example: 8080),
    KeyDeclaration(
      "services[].entities", .list(.either(.table, .shaped(.typeName))), default: [],
      help: "The things it keeps."),
    KeyDeclaration("services[].entities[]", .table, help: "One kind of thing it keeps."),
    KeyDeclaration(
      "services[].entities[].name", .shaped(.typeName), isRequired: true,
      help: "Its name in upper camel case.", example: "Order"),
    KeyDeclaration(
      "services[].entities[].fields", .table,
      help: "Its fields by name; `id`, `created_at`, `updated_at` and a version come by themselves."
    ),
    KeyDeclaration(
      "services[].entities[].fields.<field>", .shaped(.fieldType),
      nameKind: .shaped(.fieldName),
      help: "The type of a field: scalar, `?` or `[]`, then `unique`, `pii`, `indexed`, `merged`.",
      example: "string? indexed"),
  ]

  /// Where and on what a service runs, stores and sends.
  static let serviceTables: [KeyDeclaration] = [
    KeyDeclaration("services[].cloud", .table, help: "What it runs on."),
    KeyDeclaration(
      "services[].cloud.runtime",
      .choice(["lambda", "fargate", "cloud-run", "fly-machine", "kubernetes"]),
      help: "What runs it; that of the primary cloud when absent.", example: "fargate"),
    KeyDeclaration(
      "services[].cloud.memory_mb", .integer(64...262_144), default: 512, unit: "MiB",
      help: "The memory it gets.", example: 1024),
    KeyDeclaration(
      "services[].cloud.cpu", .integer(64...262_144), default: 256,
      unit: "1/1024 of a processor", help: "The share of processors it gets.", example: 512),
    KeyDeclaration(
      "services[].cloud.min_instances", .integer(0...10_000), default: 1,
      help: "Instances that always run.", example: 2),
    KeyDeclaration(
      "services[].cloud.max_instances", .integer(1...10_000), default: 4,
      help: "Instances that run at most.", example: 10),
    KeyDeclaration(
      "services[].cloud.ingress", .choice(["public", "private", "none"]),
      help:
        "Who may call it: everybody, the other services or nobody; follows from the calls when absent.",
      example: "private"),
    KeyDeclaration("services[].database", .table, help: "Where it keeps its data."),
    KeyDeclaration(
      "services[].database.type", .choice(databases + ["none"]),
      inherits: "settings.default_database", role: .stores, help: "The kind of its database.",
      example: "postgres"),
    KeyDeclaration(
      "services[].database.migrations", .choice(["sqlx"]), default: "sqlx",
      help: "The tool that changes the tables.", example: "sqlx"),
    KeyDeclaration(
      "services[].database.strategy", .choice(["expand-contract"]), default: "expand-contract",
      help: "How tables change while old and new versions run.", example: "expand-contract"),
    KeyDeclaration(
      "services[].idempotency", .table, help: "Whether a repeated request is done only once."),
    KeyDeclaration(
      "services[].idempotency.enabled", .boolean, default: false,
      help: "Whether requests may carry a key by which repetitions are known.", example: true),
    KeyDeclaration(
      "services[].idempotency.key_header", .shaped(.headerName), default: "Idempotency-Key",
      help: "The header that carries the key.", example: "Idempotency-Key"),
    KeyDeclaration(
      "services[].idempotency.ttl_hours", .integer(1...8760), default: 24, unit: "h",
      help: "How long a key is remembered.", example: 48),
    KeyDeclaration(
      "services[].idempotency.storage", .choice(["database", "redis", "memory"]),
      default: "database", help: "Where keys and responses are remembered.", example: "redis"),
    KeyDeclaration("services[].messaging", .table, help: "How it sends events."),
    KeyDeclaration(
      "services[].messaging.pattern", .choice(["outbox", "direct", "transactional"]),
      help: "How an event and the change it tells of stay together; `outbox` on an SQL database.",
      example: "outbox"),
    KeyDeclaration(
      "services[].messaging.outbox_polling_ms", .integer(10...600_000), default: 500, unit: "ms",
      help: "How often the outbox is looked into.", example: 250),
  ]

  /// Other spellings that people already use.
  static let shorthands: [KeyDeclaration] = [
    KeyDeclaration(
      "services[].ports.inbound", .list(.text(maxLength: 80)),
      shorthandFor: "services[].ports.<protocol>",
      help: "Ports as `protocol:number`.", example: ["rest:8080"]),
    KeyDeclaration(
      "services[].ports.outbound", .list(.text(maxLength: 80)), shorthandFor: "services[].calls",
      help: "What it talks to, as `name` or `protocol:name`.", example: ["rest:inventory-service"]),
    KeyDeclaration("services[].domain", .table, help: "Entities and events by name only."),
    KeyDeclaration(
      "services[].domain.entities", .list(.shaped(.typeName)),
      shorthandFor: "services[].entities", help: "Entities without fields.", example: ["Order"]),
    KeyDeclaration(
      "services[].domain.events", .list(.shaped(.typeName)), role: .publishes,
      shorthandFor: "services[].publishes", help: "The events it owns.",
      example: ["OrderCancelled"]),
  ]
}
