import IgniteCatalog

/// What an archetype needs and what it makes itself, as its `entry.toml` says.
struct ArchetypeTraits: Sendable {
  /// The capabilities in `requires`: `sql` gives each of its services a database, `bus` a bus.
  var requires: Set<String> = []
  /// The words in `provides`: `use-cases` (of entities), `handlers` (of events), `application`,
  /// `infrastructure` and `presentation` are made by the archetype in place of, or besides, what
  /// every service has. `relay` goes on with what it hears and notes nothing, so that it needs no
  /// database for it; `redrive` says that its program sends dead letters on once more when it is
  /// started with that word; the entities of `copies` follow what another system holds; `websockets`
  /// and `tokens` are what its code needs of the libraries.
  var provides: [String] = []

  static func byName(_ catalog: Catalog) -> [String: ArchetypeTraits] {
    let named = catalog.entries(of: .archetype).map {
      ($0.id, ArchetypeTraits(requires: Set($0.requires), provides: $0.provides))
    }
    return Dictionary(named, uniquingKeysWith: { first, _ in first })
  }
}
