import IgniteModel

/// What templates need to know of one service.
struct ServiceFacts: Sendable {
  let resolved: ResolvedService
  var entities: [EntityFacts]
  let publishes: [EventFacts]
  let consumes: [EventFacts]
  let traits: ArchetypeTraits
  /// The services it calls; theirs are left out.
  var callees: [ServiceFacts] = []
  /// Whether another service calls it.
  var isCalled = false
  /// The names of the services that call it, sorted.
  var callers: [String] = []
  /// Whether it believes tokens of an issuer.
  var takesTokens = false
  /// Whether the deployment must tell it whose tokens it believes.
  var needsIssuer = false
  /// Whether it is deployed otherwise in an environment than the file says.
  var isChanged = false
  /// The name of the platform.
  var platform = ""
  /// What its name in a cloud begins with.
  var deployPrefix = ""
  /// What runs services that choose nothing, by cloud.
  var cloudRuntimes: [String: String] = [:]
  /// The clouds that are to bring events in requests.
  var pushingClouds: Set<String> = []
  /// Whether it keeps the tenants of its platform apart.
  var isTenanted = false
  /// Whether its platform keeps tenants, whose events a service finds by itself.
  var isAmongTenants = false
  /// Whether tenants are told apart by rows, where it keeps any.
  var isKeptByRows = false
  /// Whether its tenants are found in the host of a request.
  var isFoundByHost = false
  /// Whether features of it can be switched while it runs.
  var hasFlags = false
  /// What the entries of its bus and of its cache provide.
  var reaches: [String] = []
  /// What the entries that it uses declare as known to a person alone.
  var declared: [VariableFacts] = []

  /// Takes a service of an architecture; `events` are all events in the order of the architecture.
  init(
    _ resolved: ResolvedService, events: [EventFacts], traits: ArchetypeTraits,
    personal: Set<String> = [], keeping offered: ProtoForms = .none
  ) {
    self.traits = traits
    self.resolved = resolved
    publishes = resolved.publishes.map { events[$0] }
    let entities = EntityTables.entities(of: resolved.service)
    let targets = EntityTables.targets(in: entities)
    let rows = traits.provides.contains("use-cases") ? [] : entities
    consumes = resolved.consumes.map { Self.copied(events[$0], into: rows) }
    let form = offered.form(
      of: resolved.service.name.value, version: ProtoNames.version(of: resolved.service))
    self.entities = entities.map { [publishes, consumes] entity in
      var entity = entity
      entity.number(after: form)
      for index in entity.fields.indices where personal.contains(entity.fields[index].name) {
        entity.fields[index].isPersonal = true
      }
      entity.events = publishes.filter { $0.cause?.entity == entity.name }
      entity.isBatched = resolved.protocols.contains("graphql") && targets.contains(entity.name)
      entity.isMadeOverREST = resolved.protocols.contains("rest")
      entity.isBroughtOver = traits.provides.contains("copies")
      entity.told = consumes.filter { $0.copy?.type == entity.type }
      entity.steps = EntityTables.steps(to: entity, among: entities)
      return entity
    }
  }

  /// The event with the entity that keeps a copy of what it tells, if there is one.
  private static func copied(_ event: EventFacts, into entities: [EntityFacts]) -> EventFacts {
    var event = event
    let entity = entities.first { $0.copies(event) }
    event.copy = entity.map { EventFacts.Copy(type: $0.type, module: $0.module) }
    return event
  }

  var name: String { resolved.service.name.value }
  /// Whether clients hear of events by subscriptions of GraphQL.
  var tellsInGraphQL: Bool {
    resolved.service.settings.string("websocket.protocol")?.value == "graphql-subscriptions"
  }
  /// Whether its GraphQL asks other services instead of use cases of its own.
  var showsViewsInGraphQL: Bool {
    makes("aggregates") && resolved.protocols.contains("graphql")
      && callees.contains(where: \.hasClient)
  }
  var package: String { RustNames.package(name) }
  var crate: String { Naming.snake(package) }
  var summary: String {
    resolved.service.responsibility?.value ?? "The service \(name)."
  }

  /// The events that no change of an entity causes.
  var announced: [EventFacts] { publishes.filter { $0.cause == nil } }
  var hasUseCases: Bool { !entities.isEmpty || !announced.isEmpty }
  var hasApplication: Bool { hasUseCases || !consumes.isEmpty || makes("application") }
  /// Whether the archetype itself makes something that others get from the common entries.
  func makes(_ part: String) -> Bool { traits.provides.contains(part) }
  /// Whether its entities are rows that are created, read, changed and removed.
  var hasCRUD: Bool { !entities.isEmpty && !makes("use-cases") }
  /// Whether events are handled as they are where the archetype has no way of its own.
  var hasHandlers: Bool { !consumes.isEmpty && !makes("handlers") }
  var isIdempotent: Bool { resolved.idempotency.isEnabled }
  /// Whether answers to repeated requests are kept in Redis.
  var remembersInRedis: Bool { isIdempotent && resolved.idempotency.storage == "redis" }
  /// What keeps what it knows of other services, where that is to be chosen.
  var cache: String? {
    makes("caching") ? resolved.service.settings.string("cache.backend")?.value : nil
  }
  /// Whether what it keeps of other services is in Redis.
  var cachesInRedis: Bool { cache == "redis" }
  /// Where its cache is on one machine, where it has a name: there are no other platforms there.
  var cacheURL: String? { hasNamedCache ? cache.map { "\($0):\(name)" } : nil }
  /// What its cache is called where that has a name among those of others: as the service itself.
  var cacheName: String? { hasNamedCache ? deployName : nil }
  private var hasNamedCache: Bool {
    guard let cache else { return false }
    return Capabilities.core.offering(.cache, cache)?.provides.contains("by-name") ?? false
  }
  /// Whether its instances tell each other through Redis what reaches one of them.
  var fansOutOverRedis: Bool {
    makes("fan-out") && !["memory", "redis"].contains(resolved.bus) && mostInstances > 1
  }
  var isDirect: Bool { resolved.messaging.pattern == "direct" }
  var hasOutbox: Bool { !publishes.isEmpty && !isDirect }
  var hasBus: Bool {
    !publishes.isEmpty || !consumes.isEmpty || traits.requires.contains("bus")
      || sagaSteps.contains(where: \.isToldByBus)
  }
  /// Whether it notes what it handled; what only goes on to others needs no note.
  private var handlesInTransactions: Bool { !consumes.isEmpty && !makes("relay") }
  var hasStore: Bool {
    hasUseCases || handlesInTransactions || isIdempotent || traits.requires.contains("sql")
  }
  /// Whether it would keep tenants apart where there are any.
  var isShared: Bool { resolved.service.settings.boolean("multi_tenant")?.value ?? true }
  /// Whether it keeps data of tenants.
  var keepsTenants: Bool { isTenanted && hasStore }
  /// Whether its tenants have their rows in the same tables.
  var sharesTables: Bool { keepsTenants && isKeptByRows }
  var isOnPostgres: Bool { hasStore && resolved.database == "postgres" }
  var kinds: Set<String> { entities.reduce(into: []) { $0.formUnion($1.kinds) } }

  /// The entities, each after those it refers to as far as they do not refer to each other.
  var tables: [EntityFacts] { EntityTables.ordered(entities) }
}

extension ServiceFacts: TemplateSubject {
  func hashContent(into hasher: inout Hasher) {
    hashOwnContent(into: &hasher)
    hasher.combine(consumes)
    for callee in callees { callee.hashOwnContent(into: &hasher) }
  }

  private func hashOwnContent(into hasher: inout Hasher) {
    resolved.hashContent(into: &hasher)
    hasher.combine(entities)
    hasher.combine(publishes)
    hasher.combine(isCalled)
    hasher.combine(callers)
    hasher.combine(takesTokens)
    hasher.combine(needsIssuer)
    hasher.combine(isChanged)
    hasher.combine(platform)
    hasher.combine(deployPrefix)
    hasher.combine(cloudRuntimes)
    hasher.combine(pushingClouds)
    hasher.combine(isTenanted)
    hasher.combine(isAmongTenants)
    hasher.combine(isKeptByRows)
    hasher.combine(isFoundByHost)
    hasher.combine(hasFlags)
    hasher.combine(reaches)
    hasher.combine(declared.map(\.name))
  }
}

extension ServiceFacts {
  /// Whether it offers entities over REST.
  var hasContract: Bool { !entities.isEmpty && resolved.protocols.contains("rest") }
  /// The package of its contract in Protocol Buffers.
  var protoPackage: String {
    "\(Naming.snake(name)).v\(ProtoNames.version(of: resolved.service))"
  }
  /// Whether others call it over gRPC: it has entities and does not offer them over REST.
  var isCalledOverGRPC: Bool {
    !entities.isEmpty && resolved.protocols.contains("grpc") && !hasContract
  }
  /// Whether others can have a typed client of it.
  var hasClient: Bool { hasContract || isCalledOverGRPC }
  /// Whether its tests stand for services that what it makes by itself asks over gRPC.
  var hasGRPCUpstreams: Bool {
    callees.contains(where: \.isCalledOverGRPC)
      && (makes("caching") || sagaSteps.contains { $0.call != nil })
  }
  /// Whether its code is made from contracts in Protocol Buffers, its own or those of others.
  var hasProtobuf: Bool {
    resolved.protocols.contains("grpc") || callees.contains(where: \.isCalledOverGRPC)
  }
  /// The variable that tells others where it is.
  var urlVariable: String { Naming.screamingSnake(name) + "_URL" }
  /// The name of its saga; the service's own where it has none.
  var sagaName: String { resolved.service.saga?.name?.value ?? name }
  /// The steps of its saga with the services that do them.
  var sagaSteps: [SagaStepFacts] {
    (resolved.service.saga?.steps ?? []).map {
      SagaStepFacts($0, callees: callees, events: announced)
    }
  }
  /// The external systems behind it.
  var providers: [ProviderFacts] {
    let settings = resolved.service.settings
    let tellers = settings.strings("integrations.webhooks").map(\.value)
    return settings.strings("integrations.providers").map(\.value).map { name in
      let path = "integrations.base_urls.\(name)"
      return ProviderFacts(
        name: name, baseURL: settings.isKnown(path) ? settings.string(path)?.value : nil,
        scheme: settings.string("integrations.auth.\(name)")?.value ?? "none",
        hasWebhook: tellers.contains(name))
    }
  }
}
