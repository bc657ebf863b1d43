import IgniteCatalog
import IgniteModel

/// A variable that a service reads from its environment and that differs from place to place.
struct VariableFacts: Sendable {
  /// Where the value comes from.
  enum Source: Sendable {
    /// It is known.
    case value(String)
    /// The address of another service.
    case address(ServiceFacts)
    /// The URL of a database of a server such as `postgres`, with the name the database should have.
    case server(String, database: String?)
    /// Whoever runs the platform gives it: a secret of an external system, for instance.
    case given
  }

  let name: String
  let source: Source
  /// What it is for, in a few words.
  let about: String
  /// Whether all services have the same value.
  var isShared = false
  /// Whether the service does without it.
  var isOptional = false
  /// Whether what is given proves something.
  var isConfidential = false
  /// Whether any long text that nobody can guess will do.
  var isChosen = false

  /// Whether it holds a password, so that it must not stand in a file.
  var isSecret: Bool {
    switch source {
    case .server: true
    case .given: isConfidential
    case .value, .address: false
    }
  }
}

extension ServiceFacts {
  /// What the environment of a service must tell it, besides `PORT`.
  var environment: [VariableFacts] {
    var variables: [VariableFacts] = []
    if isOnPostgres {
      let database = Naming.snake(name)
      variables.append(
        VariableFacts(
          name: "DATABASE_URL", source: .server("postgres", database: database),
          about: "where its data is"))
    }
    if remembersInRedis {
      variables.append(
        VariableFacts(
          name: "IDEMPOTENCY_STORE", source: .server("redis", database: nil),
          about: "where answers to repeated requests are kept"))
    }
    if cachesInRedis {
      variables.append(
        VariableFacts(
          name: "CACHE_STORE", source: .server("redis", database: nil),
          about: "where answers of other services are kept"))
    }
    if let cache, let cacheName {
      variables.append(
        VariableFacts(
          name: "CACHE_STORE", source: .value("\(cache):\(cacheName)"),
          about: "where answers of other services are kept"))
    }
    if fansOutOverRedis {
      variables.append(
        VariableFacts(
          name: "FAN_OUT_URL", source: .server("redis", database: nil),
          about: "where its instances tell each other what they hear"))
    }
    if hasBus, let server = Self.server(ofBus: resolved.bus) {
      variables.append(
        VariableFacts(
          name: "BUS_URL", source: server, about: "what carries the events", isShared: true))
      variables.append(
        VariableFacts(
          name: "BUS_PREFIX", source: .value(platform), about: "what names on the bus begin with",
          isShared: true))
    }
    variables += callees.filter(\.hasClient).map {
      VariableFacts(name: $0.urlVariable, source: .address($0), about: "where `\($0.name)` is")
    }
    return variables
  }

  /// The servers that it uses, sorted.
  var servers: [String] {
    let names = environment.compactMap { variable in
      if case .server(let name, _) = variable.source { name } else { nil }
    }
    return Set(names).sorted()
  }

  /// Whether something beside it, a server or what stands in for a cloud's service, is up first.
  var waits: Bool { !servers.isEmpty || hasNamedBus || cacheName != nil }

  private var hasNamedBus: Bool {
    hasBus
      && Capabilities.core.offering(.bus, resolved.bus)?.provides.contains("by-name") ?? false
  }

  private static func server(ofBus bus: String) -> VariableFacts.Source? {
    let offering = Capabilities.core.offering(.bus, bus)
    guard offering?.provides.contains("by-name") != true else { return .value("\(bus):") }
    return switch bus {
    case "memory": nil
    case "postgres": .server("postgres", database: "bus")
    default: .server(bus, database: nil)
    }
  }

  /// Whether it reads any secret.
  var readsSecrets: Bool {
    !givenSecrets.isEmpty || environment.contains(where: \.isSecret)
  }

  /// Who may call it: `public`, the whole internet; `private`, the other services; `none`, nobody.
  ///
  /// Where the config does not say, services that none of the others calls face the internet, for who
  /// else would call them, and so do types that are made for it (`ingress`). Types that act for whoever
  /// calls them, with credentials of the platform (`internal`), never do by themselves.
  var ingress: String {
    if let written = resolved.service.settings.string("cloud.ingress") { return written.value }
    guard !resolved.protocols.isEmpty || makes("ingress") else { return "none" }
    guard !makes("internal") else { return "private" }
    return isCalled && !makes("ingress") ? "private" : "public"
  }

  /// Whether it has work between requests, so that it must not be stopped while nobody calls.
  var isSteady: Bool {
    !consumes.isEmpty || hasOutbox || !resolved.service.jobs.isEmpty || staysByType
  }

  /// Whether its type has work between requests.
  var staysByType: Bool {
    !archetypeNeeds.isDisjoint(with: ["background", "schedule", "long-connections"])
  }

  /// What its type asks of whatever runs it.
  var archetypeNeeds: Set<Capability> {
    Capabilities.core.offering(.archetype, resolved.service.type.value)?.requires ?? []
  }

  /// How many of it there are in a region where a cloud starts and stops them by itself: one where its
  /// data is a file, as many as always run where it may not be stopped or nothing would start it.
  var instances: Int64 {
    guard !hasVolume else { return 1 }
    let settings = resolved.service.settings
    let least = settings.integer("cloud.min_instances")?.value ?? 1
    guard !isSteady, ingress != "none" else { return max(least, 1) }
    return max(settings.integer("cloud.max_instances")?.value ?? 4, least)
  }

  /// Whether its data is a file on a disk of its own.
  var hasVolume: Bool { hasStore && !isOnPostgres }

  /// Its name among those of other platforms: a label of the domain name system.
  var deployName: String { DeployName.of(prefix: deployPrefix, name) }
}

extension PlatformFacts {
  /// Whether requests from outside are spread over regions.
  var isBalanced: Bool {
    let spread = settings.string("deployment.multi_region")?.value ?? "none"
    return spread != "none" && services.contains { $0.ingress == "public" }
  }
}

/// Names in a cloud, where those of several platforms stand side by side.
enum DeployName {
  /// The most characters of a label (RFC 1035).
  private static let limit = 63

  /// The prefix and the name, no longer than names may be.
  static func of(prefix: String, _ name: String, limit: Int = limit) -> String {
    cut("\(prefix)-\(name)", to: limit)
  }

  /// A name; one that is too long is cut and told apart by a hash of the whole.
  static func cut(_ whole: String, to limit: Int) -> String {
    guard whole.utf8.count > limit else { return whole }
    let hash = whole.utf8.reduce(0x811C_9DC5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    let digits = String(hash, radix: 16)
    let kept = String(whole.prefix(limit - 9))
    return kept + "-" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
