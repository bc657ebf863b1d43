import IgniteSyntax

/// Sorts the files of a catalog into entries and starters.
struct CatalogLoader {
  private var diagnostics: [Diagnostic] = []

  /// Loads files at paths such as `Entries/stores/sqlite/entry.toml` and
  /// `Starters/shop/architecture.toml`; what is wrong is reported and left out.
  static func load(_ files: [CatalogFile]) -> (catalog: Catalog, diagnostics: [Diagnostic]) {
    var loader = CatalogLoader()
    var folders: [String: [CatalogFile]] = [:]
    var starters: [Starter] = []
    for file in files {
      let parts = file.path.split(separator: "/", maxSplits: 3).map(String.init)
      if parts.count == 4, parts[0] == "Entries" {
        folders[parts[1] + "/" + parts[2], default: []].append(file.moved(to: parts[3]))
      } else if parts.count == 3, parts[0] == "Starters", parts[2] == "architecture.toml" {
        starters.append(loader.starter(parts[1], file))
      } else {
        loader.report("`\(file.path)` is no part of an entry or a starter")
      }
    }
    let entries = folders.sorted { $0.key < $1.key }.compactMap { loader.entry($0.key, $0.value) }
    return (Catalog(entries: entries, starters: starters), loader.diagnostics)
  }

  private mutating func starter(_ id: String, _ file: CatalogFile) -> Starter {
    let source = Source(name: file.path, bytes: file.bytes)
    let document = Document.parse(source, format: .toml)
    let path = ConfigPath().appending("architecture").appending("description")
    var summary = ""
    if case .string(let text)? = document.root.node(at: path)?.content { summary = text }
    return Starter(id: id, summary: summary, architecture: file)
  }

  private mutating func entry(_ folder: String, _ files: [CatalogFile]) -> Entry? {
    let parts = folder.split(separator: "/").map(String.init)
    guard let kind = Entry.Kind(rawValue: parts[0]) else {
      let known = Entry.Kind.allCases.map(\.folder).joined(separator: ", ")
      report("`\(folder)` is in no known kind of entries", "known are \(known)")
      return nil
    }
    guard let file = files.first(where: { $0.path == "entry.toml" }) else {
      report("`\(folder)` has no entry.toml")
      return nil
    }
    let source = Source(name: "\(folder)/entry.toml", bytes: file.bytes)
    var reader = EntryReader(document: Document.parse(source, format: .toml))
    let entry = reader.entry(kind: kind, id: parts[1], files: files)
    diagnostics += reader.diagnostics
    return entry
  }

  private mutating func report(_ message: String, _ notes: String...) {
    var diagnostic = Diagnostic.error("catalog-entry", message)
    diagnostic.notes = notes
    diagnostics.append(diagnostic)
  }
}
