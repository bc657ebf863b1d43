import Foundation
import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

/// Hostile text in every key that takes free text: whatever a config holds, each generated file parses
/// in its own language and differs from the harmless one only inside texts and comments.
struct HostileConfigTests {
  private static let catalog = Catalog.builtIn
  private static let planner = PlatformPlanner(catalog: catalog)

  /// All pieces in texts of at most 240 characters, which every free key takes.
  private static let samples: [String] = {
    var samples = [""]
    for piece in HostileText.pieces {
      if samples[samples.count - 1].unicodeScalars.count + piece.unicodeScalars.count > 240 {
        samples.append("")
      }
      samples[samples.count - 1] += piece
    }
    return samples + Array(HostileText.samples.suffix(12))
  }()

  /// Texts of a shape that can still hold characters with a meaning somewhere.
  private static let shaped: [TextShape: String] = [
    .headerName: "X-`$&*+^|~!#%", .urlPath: "/a'$(id)&;b", .url: "https://h/'\"`$(id)#{}*/--",
  ]

  private func planned(_ text: String) throws -> (plan: FilePlan, refused: [Diagnostic]) {
    let source = Source(name: "architecture.toml", bytes: try #require(starter("shop")).bytes)
    var document = Document.parse(source, format: .toml)
    for (path, value) in Self.freeKeys(text) + [(Self.idempotency, .boolean(true))] {
      guard case .edited(let next) = document.applying(.set(path, value)) else { continue }
      document = next
    }
    let loaded = ArchitectureLoader(schema: Self.catalog.schema).load(document)
    let planned = Self.planner.plan(
      ResolvedArchitecture(loaded.architecture), config: loaded.document)
    // The config itself is the person's own text.
    let files = planned.plan.files.filter { $0.entry != "architecture" }
    var diagnostics = planned.diagnostics
    return (FilePlan(files, diagnostics: &diagnostics), diagnostics)
  }

  /// A service without idempotency would not show the name of its header.
  private static let idempotency = ConfigPath(
    [.key("services"), .index(0), .key("idempotency"), .key("enabled")])

  private func starter(_ id: String) -> CatalogFile? { Self.catalog.starter(id)?.architecture }

  /// A place for every declared key that takes text, with the text or one of the key's shape.
  private static func freeKeys(_ text: String) -> [(ConfigPath, ConfigValue)] {
    // A `${` of a person is doubled where it is no variable.
    let literal = ConfigValue.string(text.replacingOccurrences(of: "${", with: "$${"))
    return catalog.schema.declarations.compactMap { declaration in
      guard declaration.archetypes.isEmpty || declaration.archetypes == ["stateless"],
        declaration.shorthandFor == nil
      else { return nil }
      let path = ConfigPath(
        declaration.path.components.flatMap { component -> [ConfigPath.Component] in
          switch component {
          case .key(let key): [.key(key)]
          case .anyKey: [.key("any")]
          case .element: [.index(0)]
          }
        })
      switch declaration.kind {
      case .text: return (path, literal)
      case .list(.text): return (path, .array([literal]))
      case .shaped(let shape): return shaped[shape].map { (path, .string($0)) }
      default: return nil
      }
    }
  }

  @Test func thereAreFreeKeys() {
    let paths = Self.freeKeys("x").map { "\($0.0)" }
    #expect(paths.contains("architecture.description"))
    #expect(paths.contains("services[0].responsibility"))
    #expect(paths.contains("services[0].idempotency.key_header"))
  }

  @Test func everyFileStaysInItsLanguage() throws {
    let harmless = try planned("Harmless text")
    #expect(harmless.refused.isEmpty)
    let skeletons = Dictionary(
      uniqueKeysWithValues: harmless.plan.files.map { ($0.path, Skeleton.of($0)) })
    var rust: [[UInt8]] = []
    for sample in Self.samples {
      let hostile = try planned(sample)
      #expect(hostile.refused.isEmpty, "\(sample.debugDescription): \(hostile.refused)")
      #expect(hostile.plan.files.map(\.path) == harmless.plan.files.map(\.path))
      for file in hostile.plan.files where harmless.plan[file.path] != file {
        #expect(
          Skeleton.of(file) == skeletons[file.path],
          "\(file.path) with \(sample.debugDescription)")
        try expectParses(file)
        if file.path.hasSuffix(".rs") { rust.append(file.bytes) }
      }
    }
    try expectRust(rust)
  }

  private func expectParses(_ file: PlannedFile) throws {
    let source = Source(name: file.path, bytes: file.bytes)
    switch Language.of(path: file.path) {
    case .toml: #expect(Document.parse(source, format: .toml).diagnostics.isEmpty)
    case .yaml, .compose, .actions:
      #expect(Document.parse(source, format: .yaml).diagnostics.isEmpty, "\(source.text)")
    case .json:
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(file.bytes)) }
    case .shell, .env:
      #expect(try Tool.run("sh", ["-n"], input: Data(file.bytes)).status == 0, "\(source.text)")
    default: break
    }
  }

  /// Lets rustfmt parse the files in one run; modules in files of their own stand empty beside them.
  private func expectRust(_ files: [[UInt8]]) throws {
    #expect(!files.isEmpty)
    let scratch = try Scratch()
    defer { scratch.remove() }
    var paths: [String] = []
    for (number, bytes) in files.enumerated() {
      let folder = scratch.folder.appendingPathComponent("\(number)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
        let words = line.split(whereSeparator: { " ;#".contains($0) })
        guard line.hasSuffix(";"), let place = words.firstIndex(of: "mod"), place + 1 < words.count
        else { continue }
        try Data().write(to: folder.appendingPathComponent("\(words[place + 1]).rs"))
      }
      try Data(bytes).write(to: folder.appendingPathComponent("mod.rs"))
      paths.append("\(number)/mod.rs")
    }
    let outcome = try Tool.run("rustfmt", ["--edition", "2024"] + paths, in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors.prefix(3000))")
  }
}

/// A file without its comments and the insides of its texts, so that what is left is its structure.
enum Skeleton {
  static func of(_ file: PlannedFile) -> String {
    let text = String(decoding: file.bytes, as: UTF8.self)
    switch Language.of(path: file.path) {
    case .rust: return strip(text, comment: "//", quotes: "\"", hasEscapes: true)
    case .toml, .yaml, .compose, .actions, .docker, .hcl, .python, .graphql:
      return strip(text, comment: "#", quotes: "\"", hasEscapes: true)
    case .json: return strip(text, comment: "\n\n\n", quotes: "\"", hasEscapes: true)
    case .shell, .make, .env: return strip(text, comment: "#", quotes: "'", hasEscapes: false)
    case .sql: return strip(text, comment: "--", quotes: "'\"", hasEscapes: false)
    case .markdown: return markdown(text)
    case .proto, .ignore, .plain: return text
    }
  }

  private static func strip(
    _ text: String, comment: String, quotes: String, hasEscapes: Bool
  ) -> String {
    var result = String.UnicodeScalarView()
    var rest = Substring(text).unicodeScalars
    let mark = Array(comment.unicodeScalars)
    while let scalar = rest.popFirst() {
      if scalar == mark[0], rest.starts(with: mark.dropFirst()) {
        rest = rest.drop { $0 != "\n" }
      } else if quotes.unicodeScalars.contains(scalar) {
        skipText(&rest, until: scalar, hasEscapes)
        result += "\"\"".unicodeScalars
      } else if scalar != " " {
        result.append(scalar)
      }
    }
    return String(result).split(separator: "\n").joined(separator: "\n")
  }

  private static func skipText(
    _ rest: inout Substring.UnicodeScalarView, until quote: Unicode.Scalar, _ hasEscapes: Bool
  ) {
    while let scalar = rest.popFirst() {
      if hasEscapes && scalar == "\\" { _ = rest.popFirst() }
      if scalar == quote { return }
    }
  }

  /// Lines, and in each the marks that no backslash takes the meaning from.
  private static func markdown(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var marks = ""
      var isEscaped = false
      for scalar in line.unicodeScalars {
        if !isEscaped && "`<[]*_|#".unicodeScalars.contains(scalar) {
          marks.unicodeScalars.append(scalar)
        }
        isEscaped = scalar == "\\" && !isEscaped
      }
      return marks
    }.joined(separator: "\n")
  }
}
