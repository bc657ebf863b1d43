import Foundation
import IgniteSyntax
import Testing

@testable import IgniteGenerator

struct RustFormatterTests {
  private let folder = TargetFolder()
  private let formatter = RustFormatter(
    searching: ProcessInfo.processInfo.environment["PATH"] ?? "")

  private func formatted(_ sources: [String]) throws -> [RustFormatter.Result] {
    try #require(formatter).results(sources.map { Array($0.utf8) })
  }

  private func text(_ text: String) -> RustFormatter.Result { .formatted(Array(text.utf8)) }

  @Test func formatsManySourcesInTheirOrder() throws {
    let numbers = 0..<40
    let results = try formatted(numbers.map { "fn  f\($0)( ){ }\n" })
    #expect(results == numbers.map { text("fn f\($0)() {}\n") })
  }

  @Test func needsNoModulesInOtherFiles() throws {
    let results = try formatted([
      "pub  mod domain;\nmod  application ;\nmod a { mod b; }\n#[path = \"x.rs\"] mod  c;\n",
      "pub(crate) mod domain;\nfn  f(){}\n",
    ])
    #expect(
      results == [
        text(
          "mod application;\npub mod domain;\nmod a {\n    mod b;\n}\n#[path = \"x.rs\"]\nmod c;\n"),
        text("pub(crate) mod domain;\nfn f() {}\n"),
      ])
  }

  @Test func namesTheSourceThatDoesNotParse() throws {
    let results = try formatted(["fn  a(){}", "fn b( {", "fn  c(){}", ""])
    #expect(results[0] == text("fn a() {}\n"))
    #expect(results[2] == text("fn c() {}\n"))
    #expect(results[3] == text("\n"))
    guard case .refused(let reason) = results[1] else {
      Issue.record("a source that does not parse was formatted")
      return
    }
    #expect(reason.hasPrefix("error: "))
  }

  @Test func stopsAFormatterThatHangs() throws {
    let slow = try script("sleep 60")
    let start = Date()
    let results = RustFormatter(executable: slow, timeout: 0.3).results([[], []])
    #expect(Date().timeIntervalSince(start) < 10)
    #expect(results.allSatisfy { $0 == .refused("rustfmt took longer than 0 s and was stopped") })
  }

  @Test func tellsWhyAFormatterDoesNotWork() throws {
    let broken = try script("echo \"error: 'rustfmt' is not installed\" >&2; exit 1")
    #expect(
      RustFormatter(executable: broken).results([[], []])
        == [
          .refused("error: 'rustfmt' is not installed"),
          .refused("error: 'rustfmt' is not installed"),
        ])
    let missing = RustFormatter(executable: folder.place("none")).results([[]])
    #expect(missing == [.refused("\(folder.place("none")): no such file or directory")])
  }

  @Test func looksOnlyForProgramsInAbsoluteFolders() throws {
    _ = try script("exit 0", named: "bin/rustfmt")
    #expect(RustFormatter(searching: "bin:.:") == nil)
    let path = "/nowhere:\(folder.place("bin"))"
    #expect(RustFormatter(searching: path)?.executable == folder.place("bin/rustfmt"))
  }

  @Test func formatsBeforeComparingAndReusesWhatItFormatted() throws {
    let plan = rust(["src/a.rs": "fn  a(){}\n", "src/b.rs": "fn  b(){}\n"])
    try apply(plan, formatter)
    #expect(folder.files == ["src/a.rs": "fn a() {}\n", "src/b.rs": "fn b() {}\n"])
    // A formatter that fails shows that none is asked.
    let never = RustFormatter(executable: try script("exit 9", named: "../never"))
    let again = try changes(plan, never)
    #expect(again.isEmpty && again.diagnostics.isEmpty && again.unformattedCount == 0)
    #expect(try changes(plan, nil).isEmpty)
    let changed = try changes(
      rust(["src/a.rs": "fn  a(){}\n", "src/b.rs": "fn  c(){}\n"]), formatter)
    #expect(changed.effective.map(\.path) == ["src/b.rs"])
    #expect(changed.effective[0].after == Array("fn c() {}\n".utf8))
  }

  @Test func formatsLaterWhatCouldNotBeFormatted() throws {
    let plan = rust(["a.rs": "fn  a(){}\n"])
    let without = try apply(plan, nil)
    #expect(without.unformattedCount == 1)
    #expect(folder.files == ["a.rs": "fn  a(){}\n"])
    #expect(try changes(plan, nil).isEmpty)
    let with = try apply(plan, formatter)
    #expect(with.verdicts == ["a.rs": .update])
    #expect(folder.files == ["a.rs": "fn a() {}\n"])
  }

  @Test func formattingByThePersonIsNoChange() throws {
    let plan = rust(["a.rs": "fn  a(){}\n"])
    try apply(plan, nil)
    try folder.write("a.rs", "fn a() {}\n")
    #expect(try apply(plan, formatter).verdicts == ["a.rs": .unchanged])
    #expect(try changes(plan, nil).verdicts == ["a.rs": .unchanged])
  }

  @Test func namesTheFileAndItsEntryWhenATemplateIsWrong() throws {
    let changes = try apply(rust(["a.rs": "fn  a(){}\n", "b.rs": "fn b( {"]), formatter)
    #expect(changes.diagnostics.map(\.code.description) == ["rustfmt-refused"])
    #expect(changes.diagnostics[0].message.contains("`b.rs`"))
    #expect(folder.files == ["a.rs": "fn a() {}\n", "b.rs": "fn b( {"])
  }

  @discardableResult
  private func apply(_ plan: FilePlan, _ formatter: RustFormatter?) throws -> ChangeSet {
    let changes = try changes(plan, formatter)
    _ = try Emitter(target: folder.target).apply(changes)
    return changes
  }

  private func changes(_ plan: FilePlan, _ formatter: RustFormatter?) throws -> ChangeSet {
    try Generation(in: folder.target, formatter: formatter).changeSet(for: plan)
  }

  private func rust(_ files: [String: String]) -> FilePlan {
    var diagnostics: [Diagnostic] = []
    return FilePlan(
      files.map {
        PlannedFile(
          path: $0.key, bytes: Array($0.value.utf8), entry: "stateless", isFormatted: false)
      }, diagnostics: &diagnostics)
  }

  private func script(_ body: String, named name: String = "../script") throws -> String {
    try folder.write(name, "#!/bin/sh\n\(body)\n")
    let path = URL(fileURLWithPath: folder.place(name)).standardizedFileURL.path
    chmod(path, 0o755)
    return path
  }
}
