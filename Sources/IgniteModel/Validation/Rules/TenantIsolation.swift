public import IgniteSyntax

/// Each database can keep tenants apart in the way that is asked for.
public struct TenantIsolation: ValidationRule {
  /// `tenant-isolation`.
  public static let code: Diagnostic.Code = "tenant-isolation"

  /// The rule in one sentence.
  public static let summary = "Each database can keep tenants apart in the way that is asked for."

  /// Why isolation depends on the database.
  public static let explanation = """
    `schema` gives each tenant a schema of one database, which only PostgreSQL has; `row-level` \
    keeps all tenants in the same tables and makes PostgreSQL itself refuse rows of others, by \
    row security that holds the owner of the tables, too; the role of the service must be neither \
    superuser nor have BYPASSRLS, which it checks when it starts. `database` gives each tenant a \
    database of its own, which for SQLite is a file. Filtering in the service alone is no \
    isolation: one forgotten condition shows a tenant the data of another.

    Wrong: `[tenant] enabled = true, isolation = "row-level"` with `default_database = "sqlite"`.

    Right: `isolation = "database"` with `sqlite`; any isolation with `postgres`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each database that cannot isolate so.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    let settings = index.architecture.settings
    guard index.architecture.hasTenants,
      let enabled = ["tenant.enabled", "architecture.multi_tenant"].lazy
        .compactMap(settings.boolean).first(where: \.value),
      let isolation = settings.string("tenant.isolation")
    else { return [] }
    var seen: Set<ConfigPath> = []
    return index.services.compactMap { service in
      guard index.keepsState(service), let store = index.store(of: service),
        store.offering != nil, !store.provides(Capability("tenant-\(isolation.value)")),
        seen.insert(store.id.path).inserted
      else { return nil }
      return mixed(store, of: service, isolation: isolation, enabled: enabled)
    }
  }

  private func mixed(
    _ store: ArchitectureIndex.Choice, of service: Service, isolation: Sourced<String>,
    enabled: Sourced<Bool>
  ) -> Diagnostic {
    var diagnostic = error(
      "`\(store.id.value)` of `\(service.name.value)` cannot keep tenants apart by \(isolation.value)",
      at: isolation)
    diagnostic.primary = diagnostic.primary ?? enabled.label("tenants are kept apart").first
    diagnostic.secondary = store.id.label("the database")
    let possible = ["row-level", "schema", "database"].filter {
      store.provides(Capability("tenant-\($0)"))
    }
    diagnostic.fixes = possible.prefix(1).flatMap {
      isolation.fix("keep them apart by `\($0)`", to: .string($0))
    }
    return diagnostic
  }
}
