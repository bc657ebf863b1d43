import IgniteModel

/// What templates need to know of one service.
struct ServiceFacts: Sendable {
  let resolved: ResolvedService
  let entities: [EntityFacts]
  let publishes: [EventFacts]
  let consumes: [EventFacts]

  /// Takes a service of an architecture; `events` are all events in the order of the architecture.
  init(_ resolved: ResolvedService, events: [EventFacts]) {
    self.resolved = resolved
    publishes = resolved.publishes.map { events[$0] }
    consumes = resolved.consumes.map { events[$0] }
    let entities = EntityTables.entities(of: resolved.service)
    self.entities = entities.map { [publishes] entity in
      var entity = entity
      entity.events = publishes.filter { $0.cause?.entity == entity.name }
      entity.steps = EntityTables.steps(to: entity, among: entities)
      return entity
    }
  }

  var name: String { resolved.service.name.value }
  var package: String { RustNames.package(name) }
  var crate: String { Naming.snake(package) }
  var summary: String {
    resolved.service.responsibility?.value ?? "The service \(name)."
  }

  /// The events that no change of an entity causes.
  var announced: [EventFacts] { publishes.filter { $0.cause == nil } }
  var hasUseCases: Bool { !entities.isEmpty || !announced.isEmpty }
  var hasApplication: Bool { hasUseCases || !consumes.isEmpty }
  var isIdempotent: Bool { resolved.idempotency.isEnabled }
  /// Whether answers to repeated requests are kept in Redis.
  var remembersInRedis: Bool { isIdempotent && resolved.idempotency.storage == "redis" }
  var isDirect: Bool { resolved.messaging.pattern == "direct" }
  var hasOutbox: Bool { !publishes.isEmpty && !isDirect }
  var hasBus: Bool { !publishes.isEmpty || !consumes.isEmpty }
  var hasStore: Bool { hasApplication || isIdempotent }
  var isOnPostgres: Bool { hasStore && resolved.database == "postgres" }
  var kinds: Set<String> { entities.reduce(into: []) { $0.formUnion($1.kinds) } }

  /// The entities, each after those it refers to as far as they do not refer to each other.
  var tables: [EntityFacts] { EntityTables.ordered(entities) }
}
