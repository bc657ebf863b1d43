public import IgniteSyntax

/// An outbox stands in an SQL database of the service.
public struct OutboxWithoutSQL: ValidationRule {
  /// `outbox-without-sql`.
  public static let code: Diagnostic.Code = "outbox-without-sql"

  /// The rule in one sentence.
  public static let summary = "An outbox stands in an SQL database of the service."

  /// Why an outbox needs SQL.
  public static let explanation = """
    The outbox is a table beside the entities: an event is written in the same transaction as the \
    change it tells of, so neither is ever there without the other, and a relay sends it \
    afterwards. That takes a database with transactions over several tables. Without one choose \
    `direct`, which sends after the change and may lose an event when the process dies in \
    between.

    Wrong: `messaging = { pattern = "outbox" }` with `database = { type = "dynamodb" }`.

    Right: `messaging = { pattern = "outbox" }` with `database = { type = "postgres" }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each service whose pattern needs SQL and whose database is something else.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.compactMap { service in
      guard let pattern = service.settings.string("messaging.pattern"), pattern.isChosen,
        index.capabilities.offering(.pattern, pattern.value)?.requires.contains("sql") ?? false,
        let store = index.store(of: service), !store.provides("sql")
      else { return nil }
      return without(store, pattern: pattern, of: service, in: index)
    }
  }

  private func without(
    _ store: ArchitectureIndex.Choice, pattern: Sourced<String>, of service: Service,
    in index: ArchitectureIndex
  ) -> Diagnostic {
    var diagnostic = error(
      "`\(service.name.value)` has an \(pattern.value) but no SQL database", at: pattern,
      label: "needs transactions over several tables")
    diagnostic.secondary = store.id.label("the database is `\(store.id.value)`")
    let given = index.primaryCloud?.offering?.provides ?? []
    let stores = index.capabilities.ids(.store, providing: ["sql"])
      .filter { index.capabilities.offering(.store, $0)?.requires.isSubset(of: given) ?? false }
    let path = service.path.appending("database").appending("type")
    diagnostic.fixes = stores.prefix(1).map { Fix("use `\($0)`", .set(path, .string($0))) }
    let patterns = index.capabilities.all.filter { $0.kind == .pattern && $0.requires.isEmpty }
    diagnostic.fixes += patterns.prefix(1).flatMap {
      pattern.fix("send `\($0.id)`", to: .string($0.id))
    }
    return diagnostic
  }
}
