import IgniteSyntax

extension ArchitectureIndex {
  /// A choice of the config and what is known of it.
  struct Choice: Sendable {
    /// The id as the config gives it.
    var id: Sourced<String>
    /// What it brings and needs; absent for an id that no offering has.
    var offering: Offering?

    /// Whether it brings a capability; what is not known brings nothing.
    func provides(_ capability: Capability) -> Bool {
      offering?.provides.contains(capability) ?? false
    }
  }

  /// The choice of a kind that a value names.
  func choice(_ kind: Offering.Kind, _ id: Sourced<String>?) -> Choice? {
    id.map { Choice(id: $0, offering: capabilities.offering(kind, $0.value)) }
  }

  /// The clouds that the platform runs on, the primary one first, each once.
  static func clouds(of settings: Settings, in capabilities: Capabilities) -> [Choice] {
    var seen: Set<String> = []
    let primary = settings.string("cloud.primary").map { [$0] } ?? []
    let ids = primary + settings.strings("cloud.targets")
    return ids.filter { seen.insert($0.value).inserted }.map {
      Choice(id: $0, offering: capabilities.offering(.cloud, $0.value))
    }
  }

  /// The runtime of services that choose none: the platform's choice, or the one that the primary cloud
  /// takes by itself.
  static func usualRuntime(
    of settings: Settings, on cloud: Choice?, in capabilities: Capabilities
  ) -> Choice? {
    guard let cloud else { return nil }
    if let shared = settings.string("cloud.\(cloud.id.value).runtime") {
      return Choice(id: shared, offering: capabilities.offering(.runtime, shared.value))
    }
    guard let first = cloud.offering?.runtimes.first else { return nil }
    let reason = "services run on `\(first)` unless `cloud.runtime` says otherwise"
    let id = Sourced(first, path: ConfigPath([.key("cloud")]), provenance: .derived(reason))
    return Choice(id: id, offering: capabilities.offering(.runtime, first))
  }

  /// What all clouds give that can still be had, so that a choice which needs no more runs on each.
  var givenByAllClouds: Set<Capability> {
    let given = clouds.compactMap(\.offering).filter { $0.retirement == nil }.map(\.provides)
    return given.dropFirst().reduce(given.first ?? []) { $0.intersection($1) }
  }

  /// The store of a service, its own or the platform's.
  func store(of service: Service) -> Choice? {
    let own = service.settings.string("database.type")
    return choice(.store, own ?? architecture.settings.string("settings.default_database"))
  }

  /// What keeps the answers of a service that is a cache.
  func cache(of service: Service) -> Choice? {
    guard archetype(of: service)?.provides("caches") ?? false else { return nil }
    return choice(.cache, service.settings.string("cache.backend"))
  }

  /// What a service is built from.
  func archetype(of service: Service) -> Choice? { choice(.archetype, service.type) }

  /// Whether a service speaks a protocol that brings a capability.
  func speaks(_ capability: Capability, _ service: Service) -> Bool {
    ResolvedService.protocols(of: service).contains {
      capabilities.offering(.protocol, $0)?.provides.contains(capability) ?? false
    }
  }

  /// Whether a service keeps data of its own.
  func keepsState(_ service: Service) -> Bool {
    if let type = service.settings.string("database.type"), type.path.isBelow(service.path) {
      return true
    }
    return !service.entities.isEmpty || archetype(of: service)?.provides("state") ?? false
  }

  /// What holds a service's process on the primary cloud: its own choice, or that of all services.
  func runtime(of service: Service) -> Choice? {
    guard primaryCloud != nil else { return nil }
    return choice(.runtime, service.settings.string("cloud.runtime")) ?? usualRuntime
  }
}

extension Service {
  /// Lets it speak `rest` besides what it speaks.
  var speakingREST: Fix {
    let words = ["rest"] + protocols.filter(\.isChosen).map(\.value)
    return Fix(
      "let `\(name.value)` speak `rest`, too",
      .set(path.appending("protocols"), .array(words.map(ConfigValue.string))))
  }
}

extension ConfigPath {
  /// Whether the path leads to something inside of what the other one leads to.
  func isBelow(_ other: ConfigPath) -> Bool {
    components.count > other.components.count && components.starts(with: other.components)
  }
}
