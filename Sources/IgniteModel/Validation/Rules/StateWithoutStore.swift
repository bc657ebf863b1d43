public import IgniteSyntax

/// What a service must remember has somewhere to be.
public struct StateWithoutStore: ValidationRule {
  /// `state-without-store`.
  public static let code: Diagnostic.Code = "state-without-store"

  /// The rule in one sentence.
  public static let summary = "What a service must remember has somewhere to be."

  /// Why some features need a store.
  public static let explanation = """
    Idempotency keys with their responses must survive a restart and be seen by every instance. \
    With `database` they stand in the service's own SQL database, with `redis` in Redis, which the \
    primary cloud must offer; `memory` belongs to one instance and forgets, which is a warning \
    where more than one instance may run. How far a saga is stands in the SQL database of its \
    service, always.

    Wrong: `idempotency = { enabled = true, storage = "database" }` with `database = { type = \
    "none" }`.

    Right: `idempotency = { enabled = true, storage = "redis" }`, or a database.
    """

  /// Makes the rule.
  public init() {}

  /// One finding for each feature that cannot remember.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service in
      Self.memories(of: service).compactMap { finding($0, of: service, in: index) }
        + sagas(of: service, in: index)
    }
  }

  private struct Memory {
    var what: String
    var storage: Sourced<String>
  }

  private static func memories(of service: Service) -> [Memory] {
    var memories: [Memory] = []
    if service.settings.boolean("idempotency.enabled")?.value == true,
      let storage = service.settings.string("idempotency.storage")
    {
      memories.append(Memory(what: "idempotency keys", storage: storage))
    }
    return memories
  }

  private func finding(
    _ memory: Memory, of service: Service, in index: ArchitectureIndex
  ) -> Diagnostic? {
    switch memory.storage.value {
    case "database":
      guard let store = index.store(of: service), !store.provides("sql") else { return nil }
      return noDatabase(memory, store: store, of: service, in: index)
    case "memory":
      return memory.storage.isChosen ? forgotten(memory, of: service) : nil
    case let server:
      return noServer(server, memory, of: service, in: index)
    }
  }

  private func sagas(of service: Service, in index: ArchitectureIndex) -> [Diagnostic] {
    guard index.archetype(of: service)?.provides("steps") ?? false,
      let store = index.store(of: service), !store.provides("sql")
    else { return [] }
    var diagnostic = error(
      "`\(service.name.value)` keeps sagas in its database, which is not SQL", at: store.id,
      label: "no SQL database")
    diagnostic.fixes = store.id.fix("keep them in SQLite", to: .string("sqlite"))
    return [diagnostic]
  }

  private func noDatabase(
    _ memory: Memory, store: ArchitectureIndex.Choice, of service: Service,
    in index: ArchitectureIndex
  ) -> Diagnostic {
    var diagnostic = error(
      "`\(service.name.value)` keeps \(memory.what) in its database, which is not SQL",
      at: memory.storage)
    let place = store.id.label("the database is `\(store.id.value)`")
    diagnostic.secondary = diagnostic.primary == nil ? [] : place
    diagnostic.primary = diagnostic.primary ?? place.first
    if index.primaryCloud?.provides("redis") ?? false {
      diagnostic.fixes = memory.storage.fix("keep them in `redis`", to: .string("redis"))
    }
    return diagnostic
  }

  private func forgotten(_ memory: Memory, of service: Service) -> Diagnostic? {
    guard let instances = service.settings.integer("cloud.max_instances"), instances.value > 1,
      instances.isChosen
    else { return nil }
    var diagnostic = warning(
      "`\(service.name.value)` keeps \(memory.what) in memory, where other instances do not see them",
      at: memory.storage)
    diagnostic.secondary = instances.label("up to \(instances.value) instances")
    diagnostic.fixes = memory.storage.fix("keep them in the database", to: .string("database"))
    return diagnostic
  }

  private func noServer(
    _ server: String, _ memory: Memory, of service: Service, in index: ArchitectureIndex
  ) -> Diagnostic? {
    guard let cloud = index.primaryCloud, let given = cloud.offering?.provides,
      cloud.offering?.retirement == nil, !given.contains(Capability(server))
    else { return nil }
    var diagnostic = error(
      "`\(service.name.value)` keeps \(memory.what) in `\(server)`, which `\(cloud.id.value)` does not offer",
      at: memory.storage)
    diagnostic.secondary = cloud.id.label("the cloud")
    diagnostic.fixes = memory.storage.fix("keep them in the database", to: .string("database"))
    return diagnostic
  }
}
