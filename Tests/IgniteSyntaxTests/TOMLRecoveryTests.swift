import Foundation
import IgniteSyntax
import IgniteTestSupport
import Testing

/// Files with several mistakes each, and what is said about them.
struct TOMLRecoveryTests {
  private static let folder = Fixtures.folder("Data/toml-errors")

  @Test(arguments: ["strings", "values", "keys", "headers", "brackets", "encoding"])
  func reportsEveryMistakeOnce(_ name: String) throws {
    let bytes = try #require(FileManager.default.contents(atPath: "\(Self.folder)/\(name).toml"))
    let document = Document.parse(Source(name: "\(name).toml", bytes: Array(bytes)), format: .toml)
    let renderer = DiagnosticRenderer()
    let report = document.diagnostics.map { renderer.render($0, in: document.source) }
      .joined(separator: "\n")
    expectSnapshot(report, "\(Self.folder)/\(name).txt")
  }

  /// Compares with a file; `IGNITE_RECORD=1` rewrites it and fails.
  private func expectSnapshot(_ text: String, _ path: String) {
    let recorded = try? String(contentsOfFile: path, encoding: .utf8)
    if ProcessInfo.processInfo.environment["IGNITE_RECORD"] == "1", recorded != text {
      try? text.write(toFile: path, atomically: true, encoding: .utf8)
      Issue.record("recorded \(path)")
    } else {
      #expect(text == recorded)
    }
  }

  @Test func offersFixesThatLeaveNoError() throws {
    let text = "[[s]]\n[[s]]\nname = order service # c\nflag = True\np = { q = x }\n"
    var document = Document.parse(Source(name: "a.toml", text: text), format: .toml)
    for diagnostic in document.diagnostics {
      let fix = try #require(diagnostic.fixes.first)
      guard case .edited(let edited) = document.applying(fix.edits) else {
        Issue.record("\(fix.title) was refused")
        continue
      }
      document = edited
    }
    #expect(
      document.source.text
        == "[[s]]\n[[s]]\nname = \"order service\" # c\nflag = true\np = { q = \"x\" }\n")
    #expect(document.diagnostics == [])
  }

  @Test func endsAfterAHundredErrors() {
    let text = String(repeating: "= 1\n", count: 1000)
    let document = Document.parse(Source(name: "a.toml", text: text), format: .toml)
    #expect(document.diagnostics.count == 100)
    #expect(document.diagnostics.last?.code == "too-many-errors")
  }

  @Test func refusesAFileThatIsTooLarge() {
    let bytes = [UInt8](repeating: 0x20, count: 16 << 20 + 1)
    let document = Document.parse(Source(name: "a.toml", bytes: bytes), format: .toml)
    #expect(document.diagnostics.map(\.code) == ["file-too-large"])
  }

  @Test(arguments: [
    String(repeating: "[", count: 100_000), "a = " + String(repeating: "[", count: 100_000),
    "a = " + String(repeating: "{a=", count: 100_000),
    "a = " + String(repeating: "[", count: 200) + "\"]\"" + String(repeating: "]", count: 200),
    String(repeating: "a.", count: 100_000) + "a = 1",
    "[" + String(repeating: "a.", count: 120) + "a]\n" + String(repeating: "b.", count: 20) + "c=1",
  ])
  func survivesDeepNestingWithOneError(_ text: String) {
    let document = Document.parse(Source(name: "a.toml", text: text), format: .toml)
    #expect(document.diagnostics.count == 1)
  }

  @Test func readsWhatIsRightBesideWhatIsWrong() throws {
    let document = Document.parse(
      Source(name: "a.toml", text: "a = [1, x, 3]\nb = \nc = 'x\n[t\nd = 4\n"), format: .toml)
    #expect(document.diagnostics.count == 4)
    let expected: ConfigValue = .table([
      ConfigMember("a", .array([.integer(1), .integer(3)])),
      ConfigMember("t", .table([ConfigMember("d", .integer(4))])),
    ])
    #expect(document.root.value == expected)
  }
}
