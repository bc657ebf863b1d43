import IgniteGenerator
import IgniteSyntax
import Testing

struct FilePlanTests {
  private func plan(_ paths: [String]) -> (paths: [String], codes: [String]) {
    var diagnostics: [Diagnostic] = []
    let plan = FilePlan(
      paths.map { PlannedFile(path: $0, bytes: [], entry: "test") }, diagnostics: &diagnostics)
    return (plan.files.map(\.path), diagnostics.map(\.code.description))
  }

  @Test func sortsAndFindsFiles() {
    var diagnostics: [Diagnostic] = []
    let paths = ["src/main.rs", "Cargo.toml", "src/a/b.rs", "README.md"]
    let plan = FilePlan(
      paths.map { PlannedFile(path: $0, bytes: Array($0.utf8), entry: "test") },
      diagnostics: &diagnostics)
    #expect(plan.files.map(\.path) == paths.sorted())
    for path in paths { #expect(plan[path]?.bytes == Array(path.utf8)) }
    #expect(plan["src"] == nil)
    #expect(plan["z"] == nil)
    #expect(diagnostics.isEmpty)
  }

  @Test(arguments: [
    "", "/etc/passwd", "..", "a/../b", "a//b", "a/", "./a", "a\\b", "a\nb", "a\0b", ".git/config",
    "x/.GIT/hooks/pre-commit", ".allframe/manifest.json", "a\u{202E}b", ".g\u{200C}it/config",
    String(repeating: "x", count: 256), String(repeating: "ab/", count: 400) + "c",
  ])
  func refusesPathsThatLeaveOrMislead(path: String) {
    let result = plan([path, "kept"])
    #expect(result.paths == ["kept"])
    #expect(result.codes == ["unusable-path"])
  }

  @Test(arguments: [".gitignore", ".github/workflows/ci.yml", "a..b", "é/ü", "a b", "..."])
  func takesUnusualButSafePaths(path: String) {
    #expect(plan([path]).paths == [path])
  }

  @Test(arguments: [
    ["a", "a"], ["A", "a"], ["src/Main.rs", "src/main.rs"], ["Src/a", "src/b"], ["a", "a/b"],
    ["A/b", "a"],
  ])
  func keepsOneOfTwoFilesAtOnePlace(paths: [String]) {
    let result = plan(paths)
    #expect(result.paths == [paths.sorted()[0]])
    #expect(result.codes == ["path-collision"])
  }
}
