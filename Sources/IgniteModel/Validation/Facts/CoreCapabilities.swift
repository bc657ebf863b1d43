extension Capabilities {
  /// What is known without a catalog, as of November 2026.
  ///
  /// - Capabilities of runtimes: `requests` (answers requests), `http2` (hands them on over HTTP/2, as
  ///   gRPC needs it), `background` (works between requests),
  ///   `long-connections` (holds a connection open for hours), `schedule` (starts work by the clock),
  ///   `mutual-tls` (service and caller show certificates to each other), `pushed-events` (starts work for
  ///   the events of a bus that can push them), `secrets` (hands secrets to a process as it starts, which
  ///   all do that work in the background).
  /// - Capabilities of clouds: what servers there are (`dynamodb-cache` and `firestore-cache`: for what a
  ///   cache keeps, without them for data), which strategies, and `promotion` (a new version
  ///   goes on by what is measured of it).
  /// - Capabilities of stores: `sql` (transactions over tables), `embedded` (no server), `volume`
  ///   (lives on the machine's disk), `tenant-…` (how it can keep tenants apart).
  /// - Capabilities of buses: `by-name` (its URL is its name: it has neither address nor password).
  /// - Capabilities of protocols: `calls` (a service can be called in it), `clients` (there are typed
  ///   clients for it), `http` (it is answered over HTTP).
  /// - Capabilities of caches: `by-name` (its URL is its name and that of what it keeps answers in),
  ///   `journal` (changes can wait there), `durable` (what waits outlives a crash).
  /// - Capabilities of archetypes: `entities` (protocols expose its entities), `aggregates` (answers
  ///   with what other services say), `fronts` (shows entities of other services over REST), `caches`
  ///   (keeps what they say), `steps` (leads a workflow), `state` (keeps data of its own), `translates` (brings over what another
  ///   system holds), `immutable-history` (never changes what it wrote).
  public static let core = Capabilities(
    archetypes + protocols + buses + caches + patterns + stores + clouds + runtimes + strategies)

  private static let archetypes: [Offering] = [
    Offering(.archetype, "stateless", provides: ["entities", "state"]),
    Offering(
      .archetype, "event-sourced", provides: ["entities", "state", "immutable-history"],
      requires: ["background"]),
    Offering(.archetype, "consumer", provides: ["handler"]),
    Offering(.archetype, "producer"),
    Offering(
      .archetype, "saga-orchestrator", provides: ["state", "steps"], requires: ["background"]),
    Offering(.archetype, "gateway"),
    Offering(.archetype, "bff", provides: ["aggregates", "fronts"]),
    Offering(.archetype, "websocket-gateway", requires: ["long-connections"]),
    Offering(.archetype, "scheduled", requires: ["schedule"]),
    Offering(
      .archetype, "legacy-adapter", provides: ["entities", "state", "translates"],
      requires: ["background"]),
    Offering(.archetype, "stream-processor", provides: ["state"], requires: ["background"]),
    Offering(.archetype, "cache", provides: ["fronts", "caches"]),
  ]

  private static let protocols: [Offering] = [
    Offering(.protocol, "rest", provides: ["calls", "clients", "http"]),
    Offering(.protocol, "graphql", provides: ["calls", "http"]),
    Offering(.protocol, "grpc", provides: ["calls", "clients", "http"], requires: ["http2"]),
  ]

  private static let buses: [Offering] = [
    Offering(.bus, "memory", provides: ["embedded"], requires: ["one-process"]),
    Offering(.bus, "postgres", requires: ["postgres"]),
    Offering(.bus, "redis", requires: ["redis"]),
    Offering(.bus, "nats", requires: ["nats"]),
    Offering(.bus, "kafka", requires: ["kafka"]),
    Offering(.bus, "rabbitmq", requires: ["rabbitmq"]),
    Offering(.bus, "sqs", provides: ["by-name", "pushed-events"], requires: ["sqs"]),
    Offering(.bus, "pubsub", provides: ["by-name", "pushed-events"], requires: ["pubsub"]),
  ]

  private static let caches: [Offering] = [
    Offering(.cache, "memory", provides: ["journal"]),
    Offering(.cache, "redis", provides: ["journal", "durable"], requires: ["redis"]),
    Offering(.cache, "dynamodb", provides: ["by-name"], requires: ["dynamodb-cache"]),
    Offering(.cache, "firestore", provides: ["by-name"], requires: ["firestore-cache"]),
  ]

  private static let patterns: [Offering] = [
    Offering(.pattern, "outbox", requires: ["sql"]),
    Offering(.pattern, "transactional", requires: ["sql"]),
    Offering(.pattern, "direct"),
  ]

  private static let stores: [Offering] = [
    Offering(
      .store, "sqlite", provides: ["sql", "embedded", "volume", "tenant-database"],
      requires: ["disk"]),
    Offering(
      .store, "postgres",
      provides: ["sql", "tenant-schema", "tenant-database", "tenant-row-level"],
      requires: ["postgres"]),
    Offering(.store, "mysql", provides: ["sql", "tenant-database"], requires: ["mysql"]),
    Offering(.store, "dynamodb", provides: ["tenant-row-level"], requires: ["dynamodb"]),
    Offering(.store, "firestore", provides: ["tenant-database"], requires: ["firestore"]),
  ]

  private static let clouds: [Offering] = [
    Offering(
      .cloud, "local",
      provides: [
        "one-process", "disk", "postgres", "mysql", "redis", "nats", "kafka", "rabbitmq", "sqs",
        "pubsub", "dynamodb-cache", "firestore-cache", "rolling", "recreate",
      ], runtimes: ["process"]),
    Offering(
      .cloud, "aws",
      provides: [
        "aws", "postgres", "mysql", "dynamodb", "dynamodb-cache", "redis", "kafka", "sqs",
        "rolling", "recreate", "canary", "blue-green", "promotion",
      ], runtimes: ["fargate", "lambda"]),
    Offering(
      .cloud, "gcp",
      provides: [
        "gcp", "postgres", "mysql", "firestore", "firestore-cache", "redis", "pubsub", "rolling",
        "canary", "blue-green", "promotion",
      ], runtimes: ["cloud-run"]),
    Offering(
      .cloud, "fly",
      provides: [
        "fly", "disk", "postgres", "redis", "nats", "rolling", "canary", "blue-green", "recreate",
      ], withholds: ["canary": "volume", "blue-green": "volume"], runtimes: ["fly-machine"]),
    Offering(
      .cloud, "kubernetes",
      provides: [
        "kubernetes", "disk", "postgres", "mysql", "redis", "nats", "kafka", "rabbitmq", "rolling",
        "recreate",
      ], runtimes: ["kubernetes"]),
    Offering(
      .cloud, "shuttle", provides: ["shuttle", "postgres", "rolling"], runtimes: ["container"],
      retirement: Offering.Retirement(date: "2026-01-16", successor: "fly")),
  ]

  private static let runtimes: [Offering] = [
    Offering(
      .runtime, "process",
      provides: ["requests", "http2", "background", "long-connections", "schedule", "mutual-tls"]),
    Offering(.runtime, "lambda", provides: ["requests", "pushed-events"], requires: ["aws"]),
    Offering(
      .runtime, "fargate",
      provides: ["requests", "http2", "background", "long-connections", "schedule", "mutual-tls"],
      requires: ["aws"]),
    Offering(
      .runtime, "cloud-run",
      provides: ["requests", "http2", "background", "long-connections", "schedule"],
      requires: ["gcp"]),
    Offering(
      .runtime, "fly-machine",
      provides: ["requests", "http2", "background", "long-connections", "schedule", "mutual-tls"],
      requires: ["fly"]),
    Offering(
      .runtime, "kubernetes",
      provides: ["requests", "http2", "background", "long-connections", "schedule", "mutual-tls"],
      requires: ["kubernetes"]),
    Offering(
      .runtime, "container", provides: ["requests", "http2", "background"], requires: ["shuttle"]),
  ]

  private static let strategies: [Offering] = [
    Offering(.strategy, "rolling", requires: ["rolling"]),
    Offering(.strategy, "recreate", requires: ["recreate"]),
    Offering(.strategy, "canary", requires: ["canary"]),
    Offering(.strategy, "blue-green", requires: ["blue-green"]),
  ]
}
