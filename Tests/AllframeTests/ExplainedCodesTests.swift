import Foundation
import IgniteTestSupport
import Testing

/// Whatever a finding is called in the sources, `explain` tells of it.
struct ExplainedCodesTests {
  /// A literal that is given as a code: after a `code` or an opening parenthesis, as one or as two
  /// arms of a choice, or with the prefix of a family of codes.
  private static let places = [
    #"(?:[cC]ode(?: =|:)|\b(?!contains|provides|has|customLong)[a-zA-Z]+\()\s*(?:[^"\n]*\? )?"([a-z][a-z0-9]*(?:-[a-z0-9]+)+)""#,
    #"[cC]ode[^"\n]*\? "[a-z0-9-]+" : "([a-z][a-z0-9]*(?:-[a-z0-9]+)+)""#,
    #""((?:toml|yaml|edit|target|manifest|rustfmt|template)-[a-z0-9]+(?:-[a-z0-9]+)*)""#,
  ]

  /// Literals that stand in such places and are no codes: capabilities, options, themes, texts.
  private static let others: Set<String> = [
    "utf-8", "docker-compose", "use-cases", "default-dark", "active-passive", "fan-out",
    "write-behind", "write-through",
  ]

  private static func codes(in file: URL) throws -> Set<String> {
    let text = try String(contentsOf: file, encoding: .utf8)
    let range = NSRange(text.startIndex..., in: text)
    var codes: Set<String> = []
    for place in places {
      for match in try NSRegularExpression(pattern: place).matches(in: text, range: range) {
        if let found = Range(match.range(at: 1), in: text) { codes.insert(String(text[found])) }
      }
    }
    return codes
  }

  /// The codes in all sources but those that explain them and those that are data of other kinds.
  private static func usedCodes() throws -> Set<String> {
    let sources = URL(fileURLWithPath: Fixtures.folder("../../Sources")).standardizedFileURL
    let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
    let modules = [
      "IgniteSyntax", "IgniteModel", "IgniteCatalog", "IgniteGenerator", "IgniteTUI/Theming",
      "allframe",
    ]
    let swift = (files?.compactMap { $0 as? URL } ?? []).filter { file in
      file.pathExtension == "swift" && !file.lastPathComponent.contains("Explanations")
        && modules.contains { file.path.contains("/Sources/\($0)/") }
        && !["/Facts/", "/Sections/"].contains { file.path.contains($0) }
    }
    return Set(try swift.flatMap(codes)).subtracting(others)
  }

  @Test func everyCodeOfTheSourcesIsExplained() throws {
    let program = try Program()
    defer { program.remove() }
    let listed = try program.run(["explain"]).output.split(separator: "\n").map(String.init)
    let used = try Self.usedCodes()
    #expect(used.subtracting(listed).sorted() == [])
    // What finds the codes is not blind: it finds all that are explained, and those have one word.
    #expect(Set(listed).subtracting(used).sorted() == ["shorthand"])
  }

  @Test(arguments: ["target-symlink", "manifest-damaged", "journal-damaged", "rustfmt-refused"])
  func explainsWhatStandsInTheWayOfWriting(code: String) throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run(["explain", code])
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("\(code)\n\n"))
    #expect(outcome.output.count > 150)
  }
}
