import IgniteModel

extension ServiceFacts {
  /// What runs it on a cloud: what its config says if the cloud has it, else what the platform says for
  /// that cloud where that can hold it, else the first runtime of the cloud that can.
  func runtime(on cloud: String) -> String? {
    let runtimes = Capabilities.core.offering(.cloud, cloud)?.runtimes ?? []
    let own = resolved.service.settings.string("cloud.runtime")?.value
    if let own, runtimes.contains(own) { return own }
    let usual = cloudRuntimes[cloud].map { [$0] } ?? []
    let wanted = usual + runtimes
    return wanted.first { lacks(on: $0).isEmpty } ?? wanted.first
  }

  /// The first other runtime of a cloud that can hold it.
  func runtime(on cloud: String, without refused: String) -> String? {
    let runtimes = Capabilities.core.offering(.cloud, cloud)?.runtimes ?? []
    return runtimes.first { $0 != refused && lacks(on: $0).isEmpty }
  }

  /// What a runtime does not do and it cannot be without.
  func lacks(on runtime: String) -> [Lack] {
    guard let given = Capabilities.core.offering(.runtime, runtime)?.provides else { return [] }
    var lacks: [Lack] = archetypeNeeds.subtracting(given).isEmpty ? [] : [.type]
    guard !given.contains("background") else { return lacks }
    if hasOutbox { lacks.append(.outbox) }
    if !resolved.service.jobs.isEmpty { lacks.append(.jobs) }
    if !consumes.isEmpty, !(given.contains("pushed-events") && busPushes) {
      lacks.append(.consumption)
    }
    if needsSecrets, !given.contains("secrets") { lacks.append(.secrets) }
    return lacks
  }

  /// Why a runtime cannot hold a service.
  enum Lack: Hashable {
    /// What its type asks for.
    case type
    /// Its outbox is sent between requests.
    case outbox
    /// Its jobs run between requests.
    case jobs
    /// It waits for events.
    case consumption
    /// It reads secrets that nobody hands to it there.
    case secrets
  }

  /// Whether its bus can bring events in requests.
  var busPushes: Bool {
    Capabilities.core.offering(.bus, resolved.bus)?.provides.contains("pushed-events") ?? false
  }

  /// The instances that always run where a cloud counts them itself.
  var leastInstances: Int64 {
    max(resolved.service.settings.integer("cloud.min_instances")?.value ?? 1, 1)
  }

  /// The instances that run at most there: one where its data is a file.
  var mostInstances: Int64 {
    guard !hasVolume else { return leastInstances }
    return max(resolved.service.settings.integer("cloud.max_instances")?.value ?? 4, leastInstances)
  }

  /// Whether it talks to Redis.
  var usesRedis: Bool {
    remembersInRedis || cachesInRedis || fansOutOverRedis || (hasBus && resolved.bus == "redis")
  }

  /// Whether it connects to servers of the platform.
  var usesServers: Bool {
    isOnPostgres || usesRedis || busWantsPassword
  }

  /// Whether it does not work without secrets.
  var needsSecrets: Bool { connectsWithPasswords || givenSecrets.contains { !$0.isOptional } }

  /// Whether whatever runs it can tell it secrets.
  var isToldSecrets: Bool { connectsWithPasswords || !givenSecrets.isEmpty }

  private var connectsWithPasswords: Bool { isOnPostgres || busWantsPassword }

  private var busWantsPassword: Bool { hasBus && ["postgres", "kafka"].contains(resolved.bus) }

  /// How often it may fail on an event.
  var deliveryAttempts: Int64 {
    resolved.service.settings.integer("consumer.max_retries")?.value ?? 5
  }
}

extension PlatformFacts {
  /// How its services run on a cloud: each runtime, each ingress and each pair of them such as
  /// `fargate-public`; `called` where any service can be called, `pushed` where one is brought its events, `balanced` where a load balancer stands
  /// before one: before those that stay up, and before those that only others call.
  func placements(on cloud: String) -> [String] {
    var words: Set<String> = []
    for service in services {
      guard let runtime = service.runtime(on: cloud) else { continue }
      let ingress = service.ingress
      words.formUnion([runtime, ingress, "\(runtime)-\(ingress)"])
      if ingress != "none" { words.insert("called") }
      if service.isPushed(on: cloud) { words.insert("pushed") }
      if ingress == "private" || (ingress == "public" && staysUp(runtime)) {
        words.insert("balanced")
      }
    }
    return words.sorted()
  }

  private func staysUp(_ runtime: String) -> Bool {
    Capabilities.core.offering(.runtime, runtime)?.provides.contains("background") ?? false
  }

  /// Whether it runs in several regions.
  var isMultiRegion: Bool {
    settings.string("deployment.multi_region").map { $0.value != "none" } ?? false
  }

  /// Whether a new version starts beside the old one and then gets the traffic.
  var switchesTraffic: Bool {
    settings.string("deployment.strategy").map { ["canary", "blue-green"].contains($0.value) }
      ?? false
  }
}
