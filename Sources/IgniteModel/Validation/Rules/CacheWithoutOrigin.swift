public import IgniteSyntax

/// A cache stands before a service and hears of its changes.
public struct CacheWithoutOrigin: ValidationRule {
  /// `cache-without-origin`.
  public static let code: Diagnostic.Code = "cache-without-origin"

  /// The rule in one sentence.
  public static let summary = "A cache stands before a service and hears of its changes."

  /// Why a cache needs a service and its events.
  public static let explanation = """
    A `cache` keeps what other services say, so `calls` names at least one. With `invalidation = \
    "event"` it forgets what an event is about; it must consume events of those services then, and \
    without it events that it consumes do nothing.

    Wrong: `cache = { invalidation = "event" }` without `consumes`.

    Right: the same with `calls = ["catalog"]` and `consumes = ["ProductUpdated"]`.
    """

  /// Makes the rule.
  public init() {}

  /// One finding for each cache that keeps nothing, hears nothing or does not listen.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.compactMap { service in
      guard index.archetype(of: service)?.provides("caches") ?? false else { return nil }
      guard !service.calls.isEmpty else { return alone(service) }
      guard let way = service.settings.string("cache.invalidation") else { return nil }
      return way.value == "event" ? deaf(service, way, index) : idle(service, way)
    }
  }

  private func alone(_ service: Service) -> Diagnostic {
    var diagnostic = error(
      "`\(service.name.value)` stands before no service", at: service.type,
      label: "keeps what other services say")
    diagnostic.notes.append("`calls` names the services")
    return diagnostic
  }

  private func deaf(
    _ service: Service, _ way: Sourced<String>, _ index: ArchitectureIndex
  ) -> Diagnostic? {
    let origins = service.calls.compactMap { index.service(named: $0.value) }
    let told = origins.flatMap(\.publishes).map(\.value)
    guard !service.consumes.contains(where: { told.contains($0.value) }) else { return nil }
    var diagnostic = error(
      "`\(service.name.value)` consumes no event of the services it stands before", at: way,
      label: "forgets what an event is about")
    let path = service.path.appending("consumes")
    if !told.isEmpty, service.consumes.isEmpty {
      diagnostic.fixes = [Fix("consume their events", .set(path, .array(told.map { .string($0) })))]
    } else {
      diagnostic.fixes = way.fix("let time make it forget", to: .string("ttl"))
    }
    return diagnostic
  }

  private func idle(_ service: Service, _ way: Sourced<String>) -> Diagnostic? {
    guard let event = service.consumes.first else { return nil }
    var diagnostic = warning(
      "`\(service.name.value)` consumes events that do nothing", at: event,
      label: "forgets by `\(way.value)`")
    let path = service.path.appending("cache").appending("invalidation")
    diagnostic.fixes = [Fix("forget by events", .set(path, .string("event")))]
    return diagnostic
  }
}
