public import IgniteModel
public import IgniteSyntax

/// What can be built: the entries that came with the program and a person's own.
public struct Catalog: Sendable {
  /// The entries, by kind and then by id.
  public let entries: [Entry]
  /// The architectures to start from, by id.
  public let starters: [Starter]
  /// Whether it is all of what came with the program and nothing else.
  public let isBuiltIn: Bool

  init(entries: [Entry], starters: [Starter], isBuiltIn: Bool = false) {
    self.isBuiltIn = isBuiltIn
    self.entries = entries.sorted { ($0.kind.folder, $0.id) < ($1.kind.folder, $1.id) }
    self.starters = starters.sorted { $0.id < $1.id }
  }

  /// The catalog inside the program.
  public static let builtIn: Catalog = {
    let loaded = CatalogLoader.load(
      EmbeddedCatalog.files.map { CatalogFile(path: $0.path, text: $0.text) })
    precondition(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
    return Catalog(
      entries: loaded.catalog.entries, starters: loaded.catalog.starters, isBuiltIn: true)
  }()

  /// The catalog with some of its entries and without starters.
  public func only(_ isKept: (Entry) -> Bool) -> Catalog {
    Catalog(entries: entries.filter(isKept), starters: [])
  }

  /// The catalog with a person's own entries, from a folder that holds `archetypes/`, `stores/` and
  /// so on; an entry of the same kind and id takes the place of the one here. A folder that does not
  /// exist adds nothing. Throws when the folder cannot be read.
  public func adding(folder: String) throws(FolderError) -> (catalog: Catalog, [Diagnostic]) {
    let files = try CatalogFolder(path: folder).files()
    let loaded = CatalogLoader.load(files.map { $0.moved(to: "Entries/" + $0.path) })
    return (adding(loaded.catalog.entries), loaded.diagnostics)
  }

  /// The catalog with further entries, which take the place of those of the same kind and id.
  func adding(_ more: [Entry]) -> Catalog {
    if more.isEmpty { return self }
    let names = Set(more.map(\.name))
    return Catalog(entries: entries.filter { !names.contains($0.name) } + more, starters: starters)
  }

  /// The entries of one kind, by id.
  public func entries(of kind: Entry.Kind) -> [Entry] { entries.filter { $0.kind == kind } }

  /// The entry of a kind with an id.
  public func entry(_ kind: Entry.Kind, _ id: String) -> Entry? {
    entries.first { $0.kind == kind && $0.id == id }
  }

  /// The architecture to start from with an id.
  public func starter(_ id: String) -> Starter? { starters.first { $0.id == id } }

  /// The keys of the core and those that the entries add, with the entries' ids as words where a
  /// config chooses among entries.
  public var schema: Schema {
    Schema.core.adding(entries.flatMap(\.options))
      .adding(words: ids(of: .archetype), to: "services[].type")
      .adding(words: ids(of: .protocol), to: "services[].protocols")
      .adding(words: ids(of: .messaging), to: "services[].messaging.pattern")
      .adding(words: ids(of: .store), to: "services[].database.type")
      .adding(words: ids(of: .bus), to: "settings.event_bus")
      .adding(words: ids(of: .cache), to: "services[].cache.backend")
  }

  private func ids(of kind: Entry.Kind) -> [String] { entries(of: kind).map(\.id) }
}
