import Foundation
import IgniteSyntax
import Testing

@testable import IgniteGenerator

struct GenerationTests {
  private let folder = TargetFolder()
  private let first = [
    "Cargo.toml": "[workspace]\n", "src/main.rs": "fn main() {}\n", "bin/run.sh": "#!/bin/sh\n",
    "a/b/c/d.txt": "deep\n", "empty": "",
  ]

  @Test func createsEverythingAndThenFindsNothingToDo() throws {
    let run = try folder.generate(first)
    #expect(Set(run.changes.verdicts.values) == [.create])
    #expect(run.outcome.written == 5)
    #expect(folder.files == first)
    let own = folder.ownFiles
    let again = try folder.generate(first)
    #expect(Set(again.changes.verdicts.values) == [.unchanged])
    #expect(again.changes.isEmpty)
    #expect(again.outcome == Emitter.Outcome())
    #expect(folder.ownFiles == own)
    #expect(own[".allframe/journal"] == nil)
    #expect(!own.keys.contains { $0.contains("staging") || $0.contains("replaced") })
  }

  @Test func leavesTheSameBytesWhateverTheHistory() throws {
    try folder.generate(first.merging(["Cargo.toml": "old\n", "gone": "x"]) { $1 })
    try folder.generate(first)
    let other = TargetFolder()
    try other.generate(first)
    #expect(folder.files == first)
    #expect(folder.ownFiles == other.ownFiles)
  }

  @Test func updatesWhatThePersonLeftAlone() throws {
    try folder.generate(first)
    let run = try folder.generate(first.merging(["src/main.rs": "fn main() { run() }\n"]) { $1 })
    #expect(run.changes.verdicts["src/main.rs"] == .update)
    #expect(run.outcome.written == 1)
    #expect(folder.read("src/main.rs") == "fn main() { run() }\n")
  }

  @Test func keepsWhatOnlyThePersonChanged() throws {
    try folder.generate(first)
    try folder.write("Cargo.toml", "mine\n")
    for _ in 0..<2 {
      let run = try folder.generate(first)
      #expect(run.changes.verdicts["Cargo.toml"] == .kept)
      #expect(run.changes.isEmpty)
      #expect(folder.read("Cargo.toml") == "mine\n")
    }
  }

  @Test func mergesChangesToDifferentLines() throws {
    try folder.generate(["a": "one\ntwo\nthree\nfour\n"])
    try folder.write("a", "ONE\ntwo\nthree\nfour\n")
    let run = try folder.generate(["a": "one\ntwo\nthree\nFOUR\n"])
    #expect(run.changes.verdicts == ["a": .merged])
    #expect(folder.read("a") == "ONE\ntwo\nthree\nFOUR\n")
    let again = try folder.generate(["a": "one\ntwo\nthree\nFOUR\n"])
    #expect(again.changes.verdicts == ["a": .kept])
    #expect(again.changes.isEmpty)
  }

  @Test func neverOverwritesWhatBothChanged() throws {
    try folder.generate(["a": "one\n", "b": "b\n"])
    try folder.write("a", "mine\n")
    for _ in 0..<2 {
      let run = try folder.generate(["a": "theirs\n", "b": "B\n"])
      #expect(run.changes.verdicts["a"] == .conflict)
      #expect(run.changes.openConflicts.map(\.path) == ["a"])
      #expect(folder.files == ["a": "mine\n", "b": "B\n"])
    }
  }

  @Test func neverOverwritesAFileThatWasThereBefore() throws {
    try folder.write("README.md", "my notes\n")
    try folder.write("Cargo.toml", "[workspace]\n")
    let run = try folder.generate(["README.md": "generated\n", "Cargo.toml": "[workspace]\n"])
    #expect(run.changes.verdicts == ["README.md": .conflict, "Cargo.toml": .unchanged])
    #expect(folder.read("README.md") == "my notes\n")
  }

  @Test func keepSettlesAConflictUntilThePlanChangesAgain() throws {
    try folder.write("a", "mine\n")
    let run = try folder.generate(["a": "plan\n"], ReconcileOptions(conflicts: .keep))
    #expect(run.changes.openConflicts.isEmpty)
    #expect(folder.read("a") == "mine\n")
    #expect(try folder.changes(["a": "plan\n"]).verdicts == ["a": .kept])
    #expect(try folder.changes(["a": "other\n"]).verdicts == ["a": .conflict])
  }

  @Test func overwriteReplacesOnlyFilesInConflict() throws {
    try folder.generate(["a": "one\n", "b": "one\n"])
    try folder.write("a", "mine\n")
    try folder.write("b", "mine\n")
    try folder.generate(
      ["a": "two\n", "b": "one\n"], ReconcileOptions(conflicts: .overwrite))
    #expect(folder.files == ["a": "two\n", "b": "mine\n"])
  }

  @Test func sideBySideWritesTheplanBesideTheFile() throws {
    try folder.write("x/a", "mine\n")
    let options = ReconcileOptions(conflicts: .sideBySide)
    let run = try folder.generate(["x/a": "plan\n"], options)
    #expect(run.outcome.written == 1)
    #expect(folder.files == ["x/a": "mine\n", "x/a.allframe-new": "plan\n"])
    #expect(try folder.generate(["x/a": "plan\n"]).changes.isEmpty)
    try folder.write("x/a.allframe-new", "half merged\n")
    let changes = try folder.changes(["x/a": "plan 2\n"], options)
    #expect(changes.diagnostics.map(\.code.description) == ["beside-exists"])
  }

  @Test func choicesForOneFileComeBeforeTheGeneralOne() throws {
    try folder.write("a", "mine\n")
    try folder.write("b", "mine\n")
    let options = ReconcileOptions(conflicts: .keep, choices: ["a": .overwrite])
    try folder.generate(["a": "plan\n", "b": "plan\n"], options)
    #expect(folder.files == ["a": "plan\n", "b": "mine\n"])
  }

  @Test func removesOrphansAndTheirEmptyFolders() throws {
    try folder.generate(["keep": "", "x/y/z": "z", "x/other": "o", "p/q": "q"])
    try folder.write("p/mine", "mine")
    let run = try folder.generate(["keep": ""])
    #expect(run.outcome.removed == 3)
    #expect(folder.files == ["keep": "", "p/mine": "mine"])
    #expect(folder.folders == ["p"])
    #expect(try folder.changes(["keep": ""]).verdicts == ["keep": .unchanged])
  }

  @Test func keepsOrphansThatThePersonChanged() throws {
    try folder.generate(["keep": "", "x/y": "ours"])
    try folder.write("x/y", "mine")
    let run = try folder.generate(["keep": ""])
    #expect(run.changes.verdicts["x/y"] == .orphaned)
    #expect(run.outcome.removed == 0)
    #expect(folder.read("x/y") == "mine")
    #expect(try folder.changes(["keep": ""]).verdicts == ["keep": .unchanged])
  }

  @Test func leavesAwayWhatThePersonDeletedUnlessAsked() throws {
    try folder.generate(first)
    try folder.remove("Cargo.toml")
    for _ in 0..<2 {
      let run = try folder.generate(first)
      #expect(run.changes.verdicts["Cargo.toml"] == .deleted)
      #expect(run.changes.isEmpty)
    }
    let changed = first.merging(["Cargo.toml": "new\n"]) { $1 }
    #expect(try folder.changes(changed).verdicts["Cargo.toml"] == .conflict)
    try folder.generate(first, ReconcileOptions(restoresDeleted: true))
    #expect(folder.files == first)
  }

  @Test func forgetsAFileThatIsGoneOnAllSides() throws {
    try folder.generate(["a": "a", "b": "b"])
    try folder.remove("b")
    let run = try folder.generate(["a": "a"])
    #expect(run.changes.verdicts == ["a": .unchanged])
    #expect(try folder.generate(["a": "a", "b": "b"]).changes.verdicts["b"] == .create)
  }

  @Test func keepsModesAndMakesProgramsRunnable() throws {
    try folder.generate(first)
    #expect(folder.mode("bin/run.sh") == 0o755)
    #expect(folder.mode("Cargo.toml") == 0o644)
    chmod(folder.place("Cargo.toml"), 0o600)
    chmod(folder.place("bin/run.sh"), 0o700)
    try folder.generate(first.mapValues { $0 + "# more\n" })
    #expect(folder.mode("bin/run.sh") == 0o700)
    #expect(folder.mode("Cargo.toml") == 0o600)
  }

  @Test func aDamagedManifestIsAnErrorAndDeletingItLosesNothing() throws {
    try folder.generate(["a": "one\n", "b": "one\n"])
    try folder.write("a", "mine\n")
    for text in ["", "{", "[]", "{\"allframe\": \"manifest\"}", "<<<<<<< HEAD\n"] {
      try folder.write(".allframe/manifest.json", text)
      #expect { try folder.changes(["a": "two\n", "b": "two\n"]) } throws: { error in
        (error as? TargetError)?.code == "manifest-damaged"
      }
    }
    try folder.remove(".allframe/manifest.json")
    let run = try folder.generate(["a": "two\n", "b": "one\n"])
    #expect(run.changes.verdicts == ["a": .conflict, "b": .unchanged])
    #expect(folder.files == ["a": "mine\n", "b": "one\n"])
  }

  @Test func lostContentsTurnAMergeIntoAConflictAndComeBack() throws {
    try folder.generate(["a": "one\n2\n3\n4\n", "b": "b\n"])
    for name in folder.ownFiles.keys where name.hasSuffix(".pack") { try folder.write(name, "x") }
    try folder.write("a", "ONE\n2\n3\n4\n")
    let run = try folder.generate(["a": "one\n2\n3\nFOUR\n", "b": "B\n"])
    #expect(run.changes.verdicts == ["a": .conflict, "b": .update])
    #expect(folder.files == ["a": "ONE\n2\n3\n4\n", "b": "B\n"])
  }
}
