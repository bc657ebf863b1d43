import Foundation
import Testing

/// A module imports only those to its right in the line of ARCHITECTURE.md.
struct ModuleDirectionTests {
  private static let line = [
    "allframe", "IgniteTUI", "IgniteGenerator", "IgniteCatalog", "IgniteModel", "IgniteSyntax",
  ]

  @Test func importsPointToTheRight() throws {
    let sources = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources")
    var seen = 0
    for (place, module) in Self.line.enumerated() {
      let folder = sources.appendingPathComponent(module)
      for file in swiftFiles(in: folder) {
        let text = try String(contentsOf: file, encoding: .utf8)
        for imported in importedModules(in: text) {
          guard let target = Self.line.firstIndex(of: imported) else { continue }
          seen += 1
          #expect(target > place, "\(module)/\(file.lastPathComponent) imports \(imported)")
        }
      }
    }
    #expect(seen > 0)
  }

  @Test func noSourceImportsTheFullFoundation() throws {
    let sources = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources")
    for file in swiftFiles(in: sources) {
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      for (number, line) in lines.enumerated() where line.hasSuffix("import Foundation") {
        let isFallback = number > 0 && lines[number - 1] == "#else"
        #expect(isFallback, "\(file.lastPathComponent) brings in the full Foundation")
      }
    }
  }

  /// Where the stack of a thread overflows, only a second one lets the terminal be given back.
  @Test func everyThreadTakesASpareStack() throws {
    let sources = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources")
    var seen = 0
    for file in swiftFiles(in: sources) {
      let text = try String(contentsOf: file, encoding: .utf8)
      let started = ["async {", "concurrentPerform(", "Task.detached", "Task {", "Thread("]
        .map { text.ranges(of: $0).count }.reduce(0, +)
      seen += started
      #expect(
        text.ranges(of: "BackgroundThread.begin()").count >= started,
        "\(file.lastPathComponent) starts a thread without a spare stack")
    }
    #expect(seen > 0)
  }

  private func swiftFiles(in folder: URL) -> [URL] {
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (found?.compactMap { $0 as? URL } ?? []).filter {
      $0.pathExtension == "swift" && !$0.path.contains("/Entries/")
        && !$0.path.contains("/Starters/")
    }
  }

  private func importedModules(in text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").filter {
        !["public", "internal", "package", "private", "fileprivate"].contains($0)
          && !$0.hasPrefix("@")
      }
      return words.first == "import" && words.count > 1 ? String(words[1]) : nil
    }
  }
}
