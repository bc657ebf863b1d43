import IgniteSyntax
import Testing

@testable import IgniteCatalog

struct CatalogTests {
  private static let about = "title = \"T\"\nsummary = \"S\"\n"

  private func load(_ files: [String: String]) -> (catalog: Catalog, diagnostics: [Diagnostic]) {
    CatalogLoader.load(
      files.sorted { $0.key < $1.key }.map {
        CatalogFile(path: $0.key, bytes: Array($0.value.utf8))
      })
  }

  @Test func theBuiltInCatalogLoads() {
    #expect(EmbeddedCatalog.files.count == Set(EmbeddedCatalog.files.map { "\($0.path)" }).count)
    #expect(Catalog.builtIn.starter("shop")?.summary.isEmpty == false)
  }

  @Test func anEntryIsItsFolder() throws {
    let loaded = load([
      "Entries/stores/sqlite/entry.toml":
        Self.about + "provides = [\"sql\"]\nexecutable = [\"bin/run.sh\"]\n",
      "Entries/stores/sqlite/files/bin/run.sh.tmpl": "x",
      "Entries/stores/sqlite/slots/a.rs.tmpl": "y",
      "Entries/stores/sqlite/example.toml": "",
    ])
    #expect(loaded.diagnostics.isEmpty)
    let entry = try #require(loaded.catalog.entry(.store, "sqlite"))
    #expect(entry.provides == ["sql"])
    #expect(entry.files.map(\.path) == ["bin/run.sh.tmpl"])
    #expect(entry.slots.map(\.path) == ["a.rs.tmpl"])
    #expect(entry.executables == ["bin/run.sh"])
    #expect(entry.example != nil)
  }

  @Test(arguments: [
    ("", "`title` is missing"),
    ("title = 1\nsummary = \"S\"", "`title` must be a text"),
    ("title = \"T\"\nsummary = \"S\"\ntilte = \"T\"", "`tilte` is no key of an entry"),
    ("title = \"T\"\nsummary = \"S\"\nrequires = \"x\"", "`requires` must be a list of texts"),
    ("title = \"T\"\nsummary = \"S\"\nexecutable = [\"x\"]", "`x` is no file of the entry"),
    ("title = ", ""),
  ]) func mistakesAreReported(text: String, message: String) throws {
    let loaded = load(["Entries/stores/sqlite/entry.toml": text])
    #expect(loaded.catalog.entries.isEmpty)
    let first = try #require(loaded.diagnostics.first)
    #expect(first.message.hasPrefix(message))
    #expect(first.notes.first?.hasPrefix("at stores/sqlite/entry.toml:") == true)
  }

  @Test func strayFilesAreReported() {
    let loaded = load([
      "Entries/nothing/x/entry.toml": Self.about, "Entries/stores/x/files/a": "",
      "Entries/x": "", "Entries/stores/y/entry.toml": Self.about, "Entries/stores/y/file/a": "",
    ])
    #expect(loaded.diagnostics.count == 4)
  }

  @Test func ownEntriesTakeThePlaceOfOthers() {
    let first = load(["Entries/stores/x/entry.toml": Self.about]).catalog
    let own = load(["Entries/stores/x/entry.toml": "title = \"Mine\"\nsummary = \"S\""]).catalog
    #expect(first.adding(own.entries).entries.map(\.title) == ["Mine"])
  }
}
