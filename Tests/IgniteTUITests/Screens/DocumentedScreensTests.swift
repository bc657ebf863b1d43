import Foundation
import Testing

/// The screens in README.md and ARCHITECTURE.md are the pictures that the screens are held against.
struct DocumentedScreensTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test(arguments: ["README.md", "ARCHITECTURE.md"])
  func showsWhatIsDrawn(_ document: String) throws {
    let file = Self.root.appendingPathComponent(document)
    let text = try String(contentsOf: file, encoding: .utf8)
    let parts = text.components(separatedBy: "<!-- picture: ")
    #expect(parts.count > 1)
    var whole = parts[0]
    for part in parts.dropFirst() {
      let name = part.prefix { $0 != " " }
      let blocks = part.components(separatedBy: "```\n")
      try #require(blocks.count > 2)
      let picture = try String(
        contentsOf: Self.root.appendingPathComponent("Tests/IgniteTUITests/Pictures/\(name).txt"),
        encoding: .utf8)
      let rest = blocks[2...].joined(separator: "```\n")
      whole += "<!-- picture: " + [blocks[0], picture, rest].joined(separator: "```\n")
    }
    if ProcessInfo.processInfo.environment["IGNITE_RECORD"] == "1", whole != text {
      try whole.write(to: file, atomically: true, encoding: .utf8)
      Issue.record("recorded \(document)")
      return
    }
    #expect(text == whole)
  }
}
