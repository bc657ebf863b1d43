import Foundation
import IgniteSyntax
import IgniteTestSupport
import Testing

struct DiagnosticSARIFTests {
  @Test func describesRulesRegionsAndFixes() throws {
    let log = try log()
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    let rules = try #require(driver["rules"] as? [[String: Any]])
    #expect(rules.map { $0["id"] as? String } == ["known", "other"])
    #expect((rules[0]["shortDescription"] as? [String: String])?["text"] == "short")
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.map { $0["level"] as? String } == ["error", "note"])
    #expect(results.map { $0["ruleIndex"] as? Int } == [0, 1])
    let fix = try #require((results[0]["fixes"] as? [[String: Any]])?.first)
    let change = try #require((fix["artifactChanges"] as? [[String: Any]])?.first)
    let replacement = try #require((change["replacements"] as? [[String: Any]])?.first)
    let region = try #require(replacement["deletedRegion"] as? [String: Int])
    // The emoji counts two UTF-16 code units.
    #expect(region["startColumn"] == 7)
    #expect(region["endColumn"] == 8)
    #expect(replacement["insertedContent"] as? [String: String] == ["text": "2"])
    let place = try #require((results[0]["locations"] as? [[String: Any]])?.first)
    let physical = try #require(place["physicalLocation"] as? [String: Any])
    #expect(physical["artifactLocation"] as? [String: String] == ["uri": "my%20dir/%C3%A9.toml"])
  }

  @Test func fitsTheSchema() throws {
    let schemaURL = URL(fileURLWithPath: Fixtures.folder("../Data"))
      .appendingPathComponent("sarif-2.1.0-shape.json")
    let schema = try JSONSerialization.jsonObject(with: Data(contentsOf: schemaURL))
    let validator = SchemaValidator(root: try #require(schema as? [String: Any]))
    #expect(validator.problems(of: try log()) == [])
    var wrong = try log()
    wrong["version"] = "2.0"
    wrong["runs"] = [["tool": ["driver": ["nme": 1]], "results": [["ruleIndex": -2]]]]
    #expect(validator.problems(of: wrong).count >= 4)
  }

  private func log() throws -> [String: Any] {
    let source = Source(name: "my dir/é.toml", text: "x = 😀1\ny = 2\n")
    var error = Diagnostic.error("known", "m", at: source.span(of: "1"), label: "l")
    error.secondary = [.init(source.span(of: "y"), "here")]
    error.fixes = [Fix("use 2"), Fix("cannot be applied")]
    let note = Diagnostic(code: "other", severity: .note, message: "n")
    let sarif = DiagnosticSARIF(
      version: "1.0.0",
      rules: [.init(code: "known", summary: "short", explanation: "long")],
      textEdits: { fix, source in
        fix.title == "use 2" ? [TextEdit(source.span(of: "1"), "2")] : []
      })
    let text = sarif.render([DiagnosticReport(source: source, diagnostics: [note, error])])
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(value as? [String: Any])
  }
}
