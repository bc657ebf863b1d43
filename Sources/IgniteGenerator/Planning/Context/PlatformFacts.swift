import IgniteModel

/// What templates need to know of the platform.
struct PlatformFacts: Sendable {
  let resolved: ResolvedArchitecture
  var services: [ServiceFacts]
  let events: [EventFacts]
  /// What names in a cloud begin with.
  let deployPrefix: String
  /// The environments by name.
  let environments: Lazily<[EnvironmentFacts]>

  init(
    _ resolved: ResolvedArchitecture, _ traits: CatalogTraits,
    keeping offered: ProtoForms = .none
  ) {
    self.resolved = resolved
    let events = resolved.events.map { Self.event($0, resolved) }
    let called = Set(resolved.services.flatMap(\.calls))
    let name = resolved.architecture.name.value
    let prefix = Self.deployPrefix(of: resolved.architecture)
    deployPrefix = prefix
    let runtimes = Self.runtimes(of: resolved.architecture)
    let deliveries = resolved.architecture.deliveries.filter { $0.delivery.value == "push" }
    let pushing = Set(deliveries.map(\.cloud))
    let personal = resolved.architecture.personalFieldNames
    let callers = Self.callers(in: resolved)
    let settings = resolved.architecture.settings
    let hasTokens = Self.hasAuthentication(settings)
    let isIssuerKnown = settings.isKnown("security.authentication.jwt_issuer")
    let isTenanted = resolved.architecture.hasTenants
    let isolation = settings.string("tenant.isolation")?.value
    let tenantRouting = settings.string("tenant.routing")?.value ?? "header"
    let flags = settings.string("feature_flags.provider")?.value ?? "none"
    let services = resolved.services.map { resolved in
      var service = ServiceFacts(
        resolved, events: events,
        traits: traits.archetypes[resolved.service.type.value] ?? ArchetypeTraits(),
        personal: personal, keeping: offered)
      service.isCalled = called.contains(resolved.index)
      service.callers = callers[resolved.index] ?? []
      service.takesTokens = hasTokens || service.makes("tokens")
      service.needsIssuer = service.takesTokens && !isIssuerKnown
      service.platform = name
      service.deployPrefix = prefix
      service.cloudRuntimes = runtimes
      service.pushingClouds = pushing
      service.isAmongTenants = isTenanted
      service.isTenanted = isTenanted && service.isShared
      service.isKeptByRows = isolation == "row-level"
      service.isFoundByHost = service.isTenanted && tenantRouting == "subdomain"
      service.hasFlags = flags != "none"
      service.reaches = traits.reached(by: service)
      service.declared = service.declared(in: settings, with: traits.flags[flags] ?? [])
      return service
    }
    self.services = services.map { service in
      var service = service
      service.callees = service.resolved.calls.map { services[$0] }
      if service.makes("aggregates") {
        let isAsked = service.resolved.protocols.contains("graphql")
        service.callees = EntityLink.linked(service.callees, readingAll: isAsked)
      }
      return service
    }
    self.events = events.sorted { $0.name < $1.name }
    environments = Lazily { [] }
  }

  /// The same with its environments, which are worked out when somebody asks.
  init(
    withEnvironments resolved: ResolvedArchitecture, _ traits: CatalogTraits,
    keeping offered: ProtoForms
  ) {
    let base = PlatformFacts(resolved, traits, keeping: offered)
    self.resolved = resolved
    deployPrefix = base.deployPrefix
    services = base.services
    events = base.events
    environments = Lazily { EnvironmentFacts.all(of: base, traits) }
  }

  private static func callers(in resolved: ResolvedArchitecture) -> [Int: [String]] {
    var callers: [Int: [String]] = [:]
    for service in resolved.services {
      for callee in service.calls {
        callers[callee, default: []].append(service.service.name.value)
      }
    }
    return callers.mapValues { $0.sorted() }
  }

  /// What runs services by cloud, as far as the config says.
  private static func runtimes(of architecture: Architecture) -> [String: String] {
    let clouds = Capabilities.core.all.filter { $0.kind == .cloud }
    let pairs = clouds.compactMap { cloud in
      architecture.settings.string("cloud.\(cloud.id).runtime").map { (cloud.id, $0.value) }
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  private static func deployPrefix(of architecture: Architecture) -> String {
    architecture.settings.string("cloud.prefix")?.value ?? architecture.name.value
  }

  private static func event(_ event: ResolvedEvent, _ resolved: ResolvedArchitecture) -> EventFacts
  {
    var facts = EventFacts(event.name.value)
    facts.version = event.version
    facts.consumers = event.consumers.map { resolved.services[$0].service.name.value }
    guard let binding = event.binding else { return facts }
    facts.cause = .init(entity: binding.entity, trigger: trigger(binding.change))
    let service = resolved.services[event.owner].service
    let entity = EntityTables.entities(of: service).first { $0.name == binding.entity }
    let personal = resolved.architecture.personalFieldNames
    facts.fields = (entity?.fields ?? []).filter {
      !$0.type.isPersonal && !personal.contains($0.name)
    }
    return facts
  }

  private static func trigger(_ change: ResolvedEvent.Change) -> EventFacts.Trigger {
    switch change {
    case .create: .created
    case .update: .updated
    case .delete: .deleted
    }
  }

  /// The services without a protocol that describes itself.
  var silent: [String] {
    services.filter { !$0.resolved.protocols.contains("rest") }.map(\.name)
  }
  /// Where it runs, the primary place first, each once.
  var clouds: [String] {
    var seen: Set<String> = []
    let primary = settings.string("cloud.primary").map { [$0] } ?? []
    return (primary + settings.strings("cloud.targets")).map(\.value)
      .filter { seen.insert($0).inserted }
  }
  var settings: Settings { resolved.architecture.settings }
  /// Whether callers are known by tokens.
  var hasAuthentication: Bool { Self.hasAuthentication(settings) }
  private static func hasAuthentication(_ settings: Settings) -> Bool {
    settings.string("security.authentication.provider").map { $0.value != "none" } ?? false
  }
  /// Whether several tenants share the platform.
  var isTenanted: Bool { resolved.architecture.hasTenants }
  /// The names of the fields that say something about a person.
  var personalFields: [String] {
    let fields = services.flatMap(\.entities).flatMap(\.fields).filter(\.isPersonal)
    return Set(fields.map(\.name)).sorted()
  }
  /// The bus that carries the events, if there are any.
  var bus: String? { services.contains(where: \.hasBus) ? resolved.bus : nil }
  /// What keeps answers of other services, sorted.
  var caches: [String] { Set(services.compactMap(\.cache)).sorted() }
  var hasPostgres: Bool { bus == "postgres" || services.contains(where: \.isOnPostgres) }
  var hasRedis: Bool {
    bus == "redis"
      || services.contains { $0.remembersInRedis || $0.cachesInRedis || $0.fansOutOverRedis }
  }
  var eventKinds: Set<String> { events.reduce(into: []) { $0.formUnion($1.kinds) } }

  /// The first entity that can be made without another one, and the service that keeps it.
  var example: (service: ServiceFacts, entity: EntityFacts)? {
    for service in services {
      guard service.resolved.protocols.contains("rest"),
        let entity = service.entities.first(where: \.parents.isEmpty)
      else { continue }
      return (service, entity)
    }
    return nil
  }
  /// Where that entity is found while the platform runs on a desk.
  var exampleURL: String? {
    example.map { "http://127.0.0.1:\($0.service.resolved.httpPort)\($0.entity.route)" }
  }
}
