/// A service with everything worked out that generating it needs.
public struct ResolvedService: Sendable {
  /// What the config says.
  public let service: Service
  /// Its place among the services.
  public let index: Int
  /// The protocols it speaks: those written, or `rest` for an archetype that is talked to.
  public let protocols: [String]
  /// Where it listens; `http` stands in where no protocol is spoken, for health and metrics, and `grpc`
  /// has a port beside those of others only where the config gives one.
  public let ports: [ResolvedPort]
  /// The kind of its database, absent when it shall have none.
  public let database: String?
  /// Whether it keeps anything in its database.
  public let usesDatabase: Bool
  /// What carries its events.
  public let bus: String
  /// How it sends events.
  public let messaging: Messaging
  /// Whether and how repeated requests are done only once.
  public let idempotency: Idempotency
  /// What runs it, absent for a cloud without runtimes.
  public let runtime: String?
  /// The places of the services it calls, each once.
  public let calls: [Int]
  /// The places of the events it owns.
  public let publishes: [Int]
  /// The places of the events it handles.
  public let consumes: [Int]

  /// How a service sends events.
  public struct Messaging: Hashable, Sendable {
    /// `outbox`, `direct` or `transactional`.
    public var pattern: String
    /// How often the outbox is looked into, in milliseconds.
    public var outboxPollingMilliseconds: Int64
  }

  /// How repeated requests are known.
  public struct Idempotency: Hashable, Sendable {
    /// Whether they are.
    public var isEnabled: Bool
    /// The header with the key.
    public var keyHeader: String
    /// How long a key is remembered, in hours.
    public var ttlHours: Int64
    /// `database`, `redis` or `memory`.
    public var storage: String
  }

  init(
    _ service: Service, index: Int, platform: Settings, ports: [ResolvedPort], calls: [Int],
    flow: EventFlow
  ) {
    self.service = service
    self.index = index
    self.ports = ports
    protocols = Self.protocols(of: service)
    database = Self.database(of: service)
    bus = platform.string("settings.event_bus")?.value ?? "memory"
    messaging = Self.messaging(of: service, database: database)
    idempotency = Self.idempotency(of: service)
    runtime = Self.runtime(of: service, platform: platform)
    var seen: Set<Int> = []
    self.calls = calls.filter { seen.insert($0).inserted }
    publishes = flow.published[index] ?? []
    var handled: Set<Int> = []
    consumes = service.consumes.compactMap { flow.byName[$0.value] }
      .filter { handled.insert($0).inserted }
    usesDatabase = database != nil && Self.needsDatabase(service, messaging, idempotency)
  }

  /// The port for health, metrics and everything that is plain HTTP.
  public var httpPort: Int {
    let preferred = ["rest", "graphql", "http", "grpc"].lazy.compactMap { id in
      ports.first { $0.protocolID == id }
    }
    return preferred.first?.number ?? ports.first?.number ?? 8080
  }

  /// A second port for gRPC, where the config gives one beside that of other protocols.
  public var grpcPort: Int? {
    let port = ports.first { $0.protocolID == "grpc" && $0.isWritten }
    return port.flatMap { $0.number == httpPort ? nil : $0.number }
  }

  /// Whether its database speaks SQL, so that a transaction holds data and events together.
  public var hasSQLDatabase: Bool { Self.sqlDatabases.contains(database ?? "") }

  static let sqlDatabases: Set<String> = ["sqlite", "postgres", "mysql"]

  /// Archetypes that are not talked to unless somebody says so.
  private static let silentArchetypes: Set<String> = [
    "consumer", "producer", "scheduled", "stream-processor", "websocket-gateway",
  ]

  /// Archetypes that keep state of their own besides entities.
  private static let statefulArchetypes: Set<String> = [
    "event-sourced", "saga-orchestrator", "stream-processor",
  ]

  static func protocols(of service: Service) -> [String] {
    guard !service.settings.isWritten("protocols") else {
      var seen: Set<String> = []
      return service.protocols.map(\.value).filter { seen.insert($0).inserted }
    }
    return silentArchetypes.contains(service.type.value) ? [] : ["rest"]
  }

  private static func database(of service: Service) -> String? {
    let hasOwn = service.settings.isWritten("cqrs.event_store")
    let key = hasOwn ? "cqrs.event_store" : "database.type"
    let type = service.settings.string(key)?.value ?? "sqlite"
    return type == "none" ? nil : type
  }

  private static func messaging(of service: Service, database: String?) -> Messaging {
    let isSQL = sqlDatabases.contains(database ?? "")
    return Messaging(
      pattern: service.settings.string("messaging.pattern")?.value ?? (isSQL ? "outbox" : "direct"),
      outboxPollingMilliseconds:
        service.settings.integer("messaging.outbox_polling_ms")?.value ?? 500)
  }

  private static func idempotency(of service: Service) -> Idempotency {
    let settings = service.settings
    return Idempotency(
      isEnabled: settings.boolean("idempotency.enabled")?.value ?? false,
      keyHeader: settings.string("idempotency.key_header")?.value ?? "Idempotency-Key",
      ttlHours: settings.integer("idempotency.ttl_hours")?.value ?? 24,
      storage: settings.string("idempotency.storage")?.value ?? "database")
  }

  private static func runtime(of service: Service, platform: Settings) -> String? {
    if let own = service.settings.string("cloud.runtime") { return own.value }
    let cloud = platform.string("cloud.primary")?.value ?? "local"
    return platform.string("cloud.\(cloud).runtime")?.value
      ?? (cloud == "fly" ? "fly-machine" : nil)
  }

  private static func needsDatabase(
    _ service: Service, _ messaging: Messaging, _ idempotency: Idempotency
  ) -> Bool {
    !service.entities.isEmpty || statefulArchetypes.contains(service.type.value)
      || (!service.publishes.isEmpty && messaging.pattern != "direct")
      || (idempotency.isEnabled && idempotency.storage == "database")
      || (!service.consumes.isEmpty && service.type.value != "websocket-gateway")
  }
}

/// A port of a service.
public struct ResolvedPort: Hashable, Sendable {
  /// The protocol that listens on it.
  public var protocolID: String
  /// Its number.
  public var number: Int
  /// Whether the config gives it; otherwise it was chosen from the service's name.
  public var isWritten: Bool

  /// Makes a port.
  public init(protocolID: String, number: Int, isWritten: Bool) {
    self.protocolID = protocolID
    self.number = number
    self.isWritten = isWritten
  }
}
