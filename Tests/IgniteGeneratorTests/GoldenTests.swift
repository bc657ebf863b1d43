import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

/// What the catalog makes is kept in `Goldens/`: for each entry the files that it causes for its own
/// `example.toml`, for each starter the paths and a hash of what is in them.
struct GoldenTests {
  private static let catalog = Catalog.builtIn
  private static let planner = PlatformPlanner(catalog: catalog)

  private static func plan(_ file: CatalogFile) throws -> FilePlan {
    let source = Source(name: file.path, bytes: file.bytes)
    let loaded = ArchitectureLoader(schema: catalog.schema).load(source, format: .toml)
    #expect(loaded.diagnostics.filter { $0.severity == .error }.isEmpty, "\(loaded.diagnostics)")
    let architecture = ResolvedArchitecture(loaded.architecture)
    let planned = planner.plan(architecture, config: loaded.document)
    #expect(planned.diagnostics.isEmpty, "\(planned.diagnostics)")
    return planned.plan
  }

  @Test func theCatalogHasNoMistakes() {
    let context = PlatformContext(catalog: Self.catalog)
    let planner = Planner(catalog: Self.catalog, vocabulary: context.vocabulary)
    #expect(planner.diagnostics.isEmpty, "\(planner.diagnostics)")
  }

  @Test(arguments: catalog.entries.filter { $0.example != nil }.map(\.name))
  func entriesMakeWhatTheyMadeBefore(name: String) throws {
    let entry = try #require(Self.catalog.entries.first { $0.name == name })
    let files = try Self.plan(try #require(entry.example)).files.filter { $0.entry == name }
    #expect(files.isEmpty == entry.files.isEmpty)
    let golden = GoldenFolder(path: Fixtures.folder("Goldens/\(name)"))
    var contents = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.bytes) })
    // What the catalog holds as it is needs no second record.
    for file in entry.files where !file.path.hasSuffix(".tmpl") && !file.path.contains("<") {
      #expect(contents.removeValue(forKey: file.path) == file.bytes, "\(file.path)")
    }
    #expect(try golden.differences(from: contents) == [])
  }

  @Test func startersMakeWhatTheyMadeBefore() throws {
    var lists: [String: [UInt8]] = [:]
    let copied = Set(
      Self.catalog.entries.flatMap(\.files).filter { !$0.path.hasSuffix(".tmpl") }
        .map { Self.hash($0.bytes) })
    for starter in Self.catalog.starters {
      let files = try Self.plan(starter.architecture).files
      let lines = files.map { file in
        let hash = Self.hash(file.bytes)
        // What the catalog holds as it is needs no second record.
        let kind = copied.contains(hash) ? "copied          " : hash
        return "\(kind) \(file.path)\(file.isExecutable ? " *" : "")\n"
      }
      lists["\(starter.id).txt"] = Array(lines.joined().utf8)
    }
    let golden = GoldenFolder(path: Fixtures.folder("Goldens/starters"))
    #expect(try golden.differences(from: lists) == [])
  }

  @Test(arguments: catalog.starters.map(\.id))
  func twoPlansOfAStarterAreTheSame(id: String) throws {
    let starter = try #require(Self.catalog.starter(id))
    #expect(try Self.plan(starter.architecture) == Self.plan(starter.architecture))
  }

  /// FNV-1a in 64 bits, as 16 hexadecimal digits.
  private static func hash(_ bytes: [UInt8]) -> String {
    let value = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
