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
    either way. In `dynamodb` and `firestore` nothing can wait. With another \
    strategy nothing waits, and `write_behind` does nothing.

    Wrong: `cache = { strategy = "write-behind", backend = "memory" }`.

    Right: `cache = { strategy = "write-behind", backend = "redis" }`.
    """

  /// Makes the rule.
  public init() {}

  /// One finding for each cache that may lose changes, cannot make them wait or never does.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.compactMap { service in
      guard let cache = index.cache(of: service),
        let strategy = service.settings.string("cache.strategy")
      else { return nil }
      guard strategy.value == "write-behind" else { return idle(service, strategy) }
      return cache.provides("journal")
        ? lost(service, strategy, in: cache) : refused(service, strategy, by: cache)
    }
  }

  private func refused(
    _ service: Service, _ strategy: Sourced<String>, by cache: ArchitectureIndex.Choice
  ) -> Diagnostic? {
    guard cache.offering != nil else { return nil }
    var diagnostic = error(
      "changes of `\(service.name.value)` cannot wait in `\(cache.id.value)`", at: cache.id)
    diagnostic.secondary = strategy.label("they wait to be written")
    diagnostic.fixes =
      cache.id.fix("keep them in `redis`", to: .string("redis"))
      + strategy.fix("write at once", to: .string("write-through"))
    return diagnostic
  }

  private func lost(
    _ service: Service, _ strategy: Sourced<String>, in cache: ArchitectureIndex.Choice
  ) -> Diagnostic? {
    guard !cache.provides("durable") else { return nil }
    var diagnostic = warning(
      "a crash of `\(service.name.value)` loses changes that were accepted", at: strategy,
      label: "they wait to be written")
    diagnostic.secondary = cache.id.isChosen ? cache.id.label("in memory") : []
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
