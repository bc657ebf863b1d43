import Foundation
import IgniteModel
import IgniteSyntax
import IgniteTestSupport
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

  @Test func aCloudSaysWhatItOffers() throws {
    let sizes = """
      regions = ["fra", "iad"]
      [[sizes]]
      name = "small"
      cpu = 256
      memory_mb = [512, 2048]
      memory_step_mb = 512
      """
    let loaded = load(["Entries/clouds/sky/entry.toml": Self.about + sizes])
    #expect(loaded.diagnostics.isEmpty)
    let offer = try #require(loaded.catalog.entry(.cloud, "sky")?.cloud)
    #expect(offer.regions == ["fra", "iad"])
    #expect(
      offer.sizes == [.init(name: "small", cpu: 256, memory: 512...2048, memoryStep: 512)])
    let elsewhere = load(["Entries/stores/sky/entry.toml": Self.about + sizes])
    #expect(elsewhere.diagnostics.first?.message.hasPrefix("`regions` is no key") == true)
  }

  @Test func anEntrySaysWhatOnlyAPersonKnows() throws {
    let text = """
      [[variables]]
      name = "SKY_URL"
      about = "where it is"
      key = "sky.url"
      when = { "sky.mode" = ["far", "wide"] }
      [[variables]]
      name = "SKY_TOKEN"
      about = "what proves who asks"
      secret = true
      shared = true
      optional = true
      """
    let loaded = load(["Entries/flags/sky/entry.toml": Self.about + text])
    #expect(loaded.diagnostics.isEmpty)
    let variables = try #require(loaded.catalog.entry(.flags, "sky")?.variables)
    #expect(variables.map(\.name) == ["SKY_URL", "SKY_TOKEN"])
    #expect(variables[0].key == "sky.url")
    #expect(variables[0].condition == ["sky.mode": ["far", "wide"]])
    #expect(variables.map(\.isSecret) == [false, true])
    #expect(variables.map(\.isShared) == [false, true])
    #expect(variables.map(\.isOptional) == [false, true])
    let elsewhere = load(["Entries/stores/sky/entry.toml": Self.about + text])
    #expect(elsewhere.diagnostics.first?.message.hasPrefix("`variables` is no key") == true)
  }

  @Test(arguments: [
    "variables = 1", "variables = [1]", "variables = [{ name = \"SKY\" }]",
    "variables = [{ name = \"sky-url\", about = \"x\" }]",
    "variables = [{ name = \"SKY__URL\", about = \"x\" }]",
    "variables = [{ name = \"SKY\", about = \"x\", secret = 1 }]",
    "variables = [{ name = \"SKY\", about = \"x\", when = 1 }]",
    "variables = [{ name = \"SKY\", about = \"x\", when = { \"a.b\" = [] } }]",
    "variables = [{ name = \"SKY\", about = \"x\", until = \"y\" }]",
  ]) func mistakesInVariablesAreReported(text: String) {
    let loaded = load(["Entries/flags/sky/entry.toml": Self.about + text])
    #expect(loaded.catalog.entries.isEmpty)
    #expect(!loaded.diagnostics.isEmpty)
  }

  @Test(arguments: [
    "sizes = 1", "sizes = [1]", "sizes = [{ name = \"x\" }]",
    "sizes = [{ name = \"x\", cpu = 1, memory_mb = [2, 1], memory_step_mb = 1 }]",
    "sizes = [{ name = \"x\", cpu = 1, memory_mb = [1, 2], memory_step_mb = 0 }]",
    "sizes = [{ name = \"x\", cpu = 1, memory_mb = [1, 2], memory_step_mb = 1, cost = 1 }]",
  ]) func mistakesInSizesAreReported(text: String) {
    let entry = Self.about + "regions = [\"fra\"]\n" + text
    #expect(!load(["Entries/clouds/sky/entry.toml": entry]).diagnostics.isEmpty)
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

  @Test func optionsBecomeKeysOfTheConfig() throws {
    let entry =
      Self.about + """
        [options."services[].page_size"]
        type = "integer"
        min = 1
        max = 100
        default = 20
        help = "How many things a list gives at once."
        """
    let loaded = load(["Entries/archetypes/web/entry.toml": entry])
    #expect(loaded.diagnostics.isEmpty)
    let schema = loaded.catalog.schema
    let path = ConfigPath().appending("services").appending(0).appending("page_size")
    let declaration = try #require(schema.declaration(at: path))
    #expect(declaration.kind == .integer(1...100))
    #expect(declaration.defaultValue == .integer(20))
    #expect(declaration.archetypes == ["web"])
    let type = ConfigPath().appending("services").appending(0).appending("type")
    #expect(schema.declaration(at: type)?.kind.words.contains("web") == true)
  }

  @Test(arguments: [
    "type = \"what\"", "help = \"h\"", "type = \"integer\"\nmin = 2\nmax = 1\nhelp = \"h\"",
    "type = \"choice\"\nhelp = \"h\"", "type = \"port\"\nhelp = \"h\"\nhint = 1",
    "type = \"port\"\nhelp = \"h\"\nmeans = \"nothing\"",
  ]) func mistakesInOptionsAreReported(text: String) {
    let loaded = load(["Entries/archetypes/web/entry.toml": Self.about + "[options.x]\n" + text])
    #expect(!loaded.diagnostics.isEmpty)
  }

  @Test func aFolderOnTheDiskIsReadWithoutFollowingLinks() throws {
    let scratch = try Scratch()
    defer { scratch.remove() }
    let store = scratch.folder.appendingPathComponent("stores/mine/files")
    try FileManager.default.createDirectory(at: store, withIntermediateDirectories: true)
    try Data(Self.about.utf8).write(to: store.appendingPathComponent("../entry.toml"))
    try Data("a".utf8).write(to: store.appendingPathComponent("a.txt"))
    try FileManager.default.createSymbolicLink(
      atPath: store.appendingPathComponent("b.txt").path, withDestinationPath: "/etc/passwd")
    let added = try Catalog.builtIn.adding(folder: scratch.folder.path)
    #expect(added.1.isEmpty)
    #expect(added.catalog.entry(.store, "mine")?.files.map(\.path) == ["a.txt"])
    let nothing = try Catalog.builtIn.adding(folder: scratch.folder.path + "/none")
    #expect(nothing.catalog.entries.count == Catalog.builtIn.entries.count)
    #expect(throws: FolderError.self) {
      try Catalog.builtIn.adding(folder: scratch.folder.path + "/stores/mine/entry.toml")
    }
  }
}
