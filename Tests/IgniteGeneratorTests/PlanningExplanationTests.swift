import Foundation
import IgniteSyntax
import Testing

@testable import IgniteGenerator

struct PlanningExplanationTests {
  /// The codes between quotes in the sources of the catalog, of templating and of planning.
  private func usedCodes() throws -> Set<String> {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")
    let starts = ["error(\n      \"", "error(\"", "rror(\n        \"", "Diagnostic.Code = \""]
    var codes: Set<String> = []
    for folder in ["IgniteCatalog", "IgniteGenerator/Planning", "IgniteGenerator/Templating"] {
      let root = sources.appendingPathComponent(folder)
      let files = try FileManager.default.contentsOfDirectory(atPath: root.path)
      for file in files where file.hasSuffix(".swift") {
        let text = try String(contentsOf: root.appendingPathComponent(file), encoding: .utf8)
        for start in starts {
          for part in text.components(separatedBy: start).dropFirst() {
            codes.insert(String(part.prefix { $0 != "\"" }))
          }
        }
      }
    }
    return codes
  }

  @Test func everyCodeIsExplained() throws {
    let used = try usedCodes()
    #expect(used.count >= 10)
    #expect(used == Set(PlanningExplanations.all.map(\.code.description)))
  }
}
