import Foundation
import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

/// A file of `Cases/<code>/` and what the whole pipeline says about it.
struct RuleCase: CustomTestStringConvertible, Sendable {
  let code: String
  let name: String
  let file: URL

  var testDescription: String { "\(code)/\(name)" }
  var golden: URL { file.deletingPathExtension().appendingPathExtension("txt") }

  static let folder = URL(fileURLWithPath: Fixtures.folder("../Cases")).standardizedFileURL

  static let all: [RuleCase] = {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    let cases = (files?.compactMap { $0 as? URL } ?? []).filter {
      ["toml", "yaml"].contains($0.pathExtension)
    }
    return cases.map {
      RuleCase(
        code: $0.deletingLastPathComponent().lastPathComponent,
        name: $0.deletingPathExtension().lastPathComponent, file: $0)
    }.sorted { $0.testDescription < $1.testDescription }
  }()

  func document() throws -> Document {
    let text = try String(contentsOf: file, encoding: .utf8)
    return Document.parse(
      Source(name: file.lastPathComponent, text: text),
      format: file.pathExtension == "toml" ? .toml : .yaml)
  }
}

/// Everything that is said about a document.
func findings(in document: Document) -> [Diagnostic] {
  let loaded = ArchitectureLoader().load(document)
  return loaded.diagnostics + Rules.check(loaded.architecture, document: document)
}

struct CaseTests {
  @Test(arguments: RuleCase.all)
  func saysWhatTheGoldenSays(_ test: RuleCase) throws {
    let document = try test.document()
    let report = DiagnosticReport(source: document.source, diagnostics: findings(in: document))
    let said = DiagnosticRenderer().render([report])
    let known = (try? String(contentsOf: test.golden, encoding: .utf8)) ?? ""
    if test.code == "good" {
      #expect(said == "")
    } else if ProcessInfo.processInfo.environment["IGNITE_RECORD"] == "1" {
      try said.write(to: test.golden, atomically: true, encoding: .utf8)
      #expect(said == known)
    } else {
      #expect(said == known)
    }
  }

  @Test(arguments: RuleCase.all.filter { !["good", "several"].contains($0.code) })
  func findsWhatItsFolderIsNamedAfter(_ test: RuleCase) throws {
    let codes = try findings(in: test.document()).map(\.code.description)
    #expect(codes.contains(test.code), "found \(codes)")
  }
}
