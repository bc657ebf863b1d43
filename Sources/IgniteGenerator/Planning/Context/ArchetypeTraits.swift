import IgniteCatalog
import IgniteModel

/// What an archetype needs and what it makes itself, as its `entry.toml` says.
struct ArchetypeTraits: Sendable {
  /// The capabilities in `requires`: `sql` gives each of its services a database, `bus` a bus.
  var requires: Set<String> = []
  /// The words in `provides`: `use-cases` (of entities), `handlers` (of events), `application`,
  /// `infrastructure` and `presentation` are made by the archetype in place of, or besides, what
  /// every service has. `relay` goes on with what it hears and notes nothing, so that it needs no
  /// database for it; instances of `fan-out` tell each other
  /// what reaches one of them. `operations` says that there are
  /// routes for the people who run it. `redrive` says that its program sends dead letters on once more when it is
  /// started with that word; the entities of `copies` follow what another system holds; `websockets`
  /// and `tokens` are what its code needs of the libraries.
  var provides: [String] = []
  /// What only a person knows of its services.
  var variables: [VariableDeclaration] = []
}

/// What a catalog says of services beyond its templates.
struct CatalogTraits: Sendable {
  /// What archetypes need and make, by name.
  let archetypes: [String: ArchetypeTraits]
  /// What only a person knows of services with feature flags, by provider.
  let flags: [String: [VariableDeclaration]]

  /// What buses and caches provide, by kind and name.
  private let carriers: [Entry.Kind: [String: [String]]]

  init(_ catalog: Catalog) {
    let provided = [Entry.Kind.bus, .cache].map { kind in
      let named = catalog.entries(of: kind).map { ($0.id, $0.provides) }
      return (kind, Dictionary(named, uniquingKeysWith: { first, _ in first }))
    }
    carriers = Dictionary(provided, uniquingKeysWith: { first, _ in first })
    let named = catalog.entries(of: .archetype).map {
      (
        $0.id,
        ArchetypeTraits(
          requires: Set($0.requires), provides: $0.provides, variables: $0.variables)
      )
    }
    archetypes = Dictionary(named, uniquingKeysWith: { first, _ in first })
    let flags = catalog.entries(of: .flags).map { ($0.id, $0.variables) }
    self.flags = Dictionary(flags, uniquingKeysWith: { first, _ in first })
  }

  /// What the bus and the cache of a service provide, sorted.
  func reached(by service: ServiceFacts) -> [String] {
    let bus = service.hasBus ? carriers[.bus]?[service.resolved.bus] : nil
    let cache = service.cache.flatMap { carriers[.cache]?[$0] }
    return Set((bus ?? []) + (cache ?? [])).sorted()
  }
}
