public import IgniteSyntax

/// Changes that wait to be written wait where a crash does not lose them.
public struct WriteBehindStore: ValidationRule {
  /// `write-behind-store`.
  public static let code: Diagnostic.Code = "write-behind-store"

  /// The rule in one sentence.
  public static let summary =
    "Changes that wait to be written wait where a crash does not lose them."

  /// What a crash loses.
  public static let explanation = """
    With `strategy = "write-behind"` a cache answers a change before its service has it. With \
    `backend = "redis"` what waits outlives the cache and is written by any instance; in memory a \
    crash loses it, though the caller was told that it is accepted. A stop in order loses nothing \
    either way. With another strategy nothing waits, and `write_behind` does nothing.

    Wrong: `cache = { strategy = "write-behind", backend = "memory" }`.

    Right: `cache = { strategy = "write-behind", backend = "redis" }`.
    """

  /// Makes the rule.
  public init() {}

  /// One finding for each cache that may lose changes, or never makes them wait.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.compactMap { service in
      guard index.archetype(of: service)?.provides("caches") ?? false,
        let strategy = service.settings.string("cache.strategy")
      else { return nil }
      return strategy.value == "write-behind" ? lost(service, strategy) : idle(service, strategy)
    }
  }

  private func lost(_ service: Service, _ strategy: Sourced<String>) -> Diagnostic? {
    guard let backend = service.settings.string("cache.backend"), backend.value == "memory" else {
      return nil
    }
    var diagnostic = warning(
      "a crash of `\(service.name.value)` loses changes that were accepted", at: strategy,
      label: "they wait to be written")
    diagnostic.secondary = backend.isChosen ? backend.label("in memory") : []
    diagnostic.notes.append("`backend` says where they wait: without it that is memory")
    let path = service.path.appending("cache").appending("backend")
    diagnostic.fixes = [Fix("keep them in `redis`", .set(path, .string("redis")))]
    return diagnostic
  }

  private func idle(_ service: Service, _ strategy: Sourced<String>) -> Diagnostic? {
    let keys = ["flush_interval_ms", "batch", "queue"]
    let chosen = keys.lazy.compactMap { service.settings.integer("cache.write_behind.\($0)") }
    guard let first = chosen.first(where: \.isChosen) else { return nil }
    var diagnostic = warning(
      "nothing waits to be written in `\(service.name.value)`", at: first,
      label: "is for the strategy write-behind")
    diagnostic.secondary = strategy.isChosen ? strategy.label("writes at once") : []
    let path = service.path.appending("cache").appending("strategy")
    diagnostic.fixes = [Fix("write later", .set(path, .string("write-behind")))]
    return diagnostic
  }
}
