import Foundation
import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

/// Files with mistakes beside what is said of them.
struct DecodingCaseTests {
  private static let folder = Fixtures.folder("Decoding")

  static let names =
    (try? FileManager.default.contentsOfDirectory(atPath: folder))?
    .filter { $0.hasSuffix(".toml") }.sorted() ?? []

  @Test func findsItsFiles() {
    #expect(Self.names.count > 4)
  }

  @Test(arguments: names) func saysEverythingThatIsWrong(name: String) throws {
    let file = Self.folder + "/" + name
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let loaded = ArchitectureLoader().load(Source(name: name, text: text), format: .toml)
    let renderer = DiagnosticRenderer()
    let said = loaded.diagnostics.map { renderer.render($0, in: loaded.document.source) }
      .joined(separator: "\n")
    let golden = file.replacingOccurrences(of: ".toml", with: ".txt")
    let expected = try? String(contentsOfFile: golden, encoding: .utf8)
    if said != expected, ProcessInfo.processInfo.environment["IGNITE_RECORD"] == "1" {
      try said.write(toFile: golden, atomically: true, encoding: .utf8)
    }
    #expect(said == expected)
  }

  /// Each fix leads to a file that says less, and `--fix` until nothing is left to fix ends.
  @Test(arguments: names) func everyFixMendsSomething(name: String) throws {
    let text = try String(contentsOfFile: Self.folder + "/" + name, encoding: .utf8)
    let document = Document.parse(Source(name: name, text: text), format: .toml)
    let loaded = ArchitectureLoader().load(document)
    for diagnostic in loaded.diagnostics {
      guard let fix = diagnostic.fixes.first else { continue }
      guard case .edited(let edited) = document.applying(fix.edits) else {
        Issue.record("the document refuses to \(fix.title)")
        continue
      }
      let after = ArchitectureLoader().load(edited).diagnostics
      let isGone = !after.contains {
        $0.code == diagnostic.code && $0.message == diagnostic.message
      }
      #expect(isGone, "\(fix.title) changes nothing about: \(diagnostic.message)")
    }
  }
}
