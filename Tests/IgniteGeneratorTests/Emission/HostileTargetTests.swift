import Foundation
import IgniteSyntax
import Testing

@testable import IgniteGenerator

/// Targets in which something stands in the way: nothing is written, inside or outside.
struct HostileTargetTests {
  private let folder = TargetFolder()
  private let plan = ["src/a": "a", "b": "b"]

  private func link(_ name: String, to place: String) throws {
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.place(name), withDestinationPath: place)
  }

  private func code(_ work: () throws -> Void) -> Diagnostic.Code? {
    let error = #expect(throws: TargetError.self) { try work() }
    return error?.code
  }

  @Test func aLinkedFolderIsNotFollowed() throws {
    try folder.write("../outside/kept", "kept")
    try link("src", to: "../outside")
    let changes = try folder.changes(plan)
    #expect(changes.diagnostics.map(\.code) == ["target-symlink"])
    #expect(folder.read("../outside/a") == nil)
    #expect(changes.hasErrors)
  }

  @Test func aLinkedFileIsNotFollowed() throws {
    try folder.write("../outside", "kept")
    try link("b", to: "../outside")
    #expect(try folder.changes(plan).diagnostics.map(\.code) == ["target-symlink"])
    #expect(folder.read("../outside") == "kept")
  }

  @Test func aLinkPutInPlaceDuringARunIsNotFollowed() throws {
    try folder.write("src/kept", "")
    let changes = try folder.changes(plan)
    try folder.remove("src")
    try folder.write("../outside/kept", "kept")
    try link("src", to: "../outside")
    #expect(code { _ = try Emitter(target: folder.target).apply(changes) } == "target-symlink")
    #expect(folder.read("../outside/a") == nil)
    #expect(folder.read("b") == nil)
  }

  @Test(arguments: ["", "/contents", "/manifest.json", "/lock"])
  func theProgramsOwnFolderIsNoLink(place: String) throws {
    try folder.generate(["old": "old"])
    let name = ".allframe\(place)"
    try FileManager.default.moveItem(
      atPath: folder.place(name), toPath: folder.place("../moved"))
    try link(name, to: "../moved")
    #expect(code { try folder.generate(plan) } == "target-symlink")
    #expect(folder.files["b"] == nil)
  }

  @Test func leftoversThatAreLinksAreTakenAwayAndNotFollowed() throws {
    try folder.generate(plan)
    try folder.write("../outside/kept", "kept")
    try link(".allframe/staging", to: "../../outside")
    #expect(try Generation(in: folder.target).recovery == .rolledBack)
    #expect(folder.read("../outside/kept") == "kept")
  }

  @Test func otherThingsThanFilesAreNamed() throws {
    try folder.write("b/inner", "x")
    try folder.write("src", "x")
    let both = try folder.changes(plan).diagnostics
    #expect(both.map(\.code) == ["target-not-a-file", "target-not-a-folder"])
    #expect(both[0].message.contains("shop/b`: is a folder"))
    try folder.remove("b")
    try folder.remove("src")
    mkfifo(folder.place("b"), 0o644)
    let pipe = try folder.changes(plan).diagnostics
    #expect(pipe.map(\.code) == ["target-not-a-file"])
    #expect(pipe.first?.message.contains("a pipe") == true)
  }

  @Test func aTargetThatIsNoFolderIsNamed() throws {
    try folder.write("file", "x")
    let changes = ChangeSet(changes: [], diagnostics: [], records: [], written: .none)
    for place in ["file", "file/below"] {
      let target = Target(path: folder.place(place))
      #expect(code { _ = try Generation(in: target).changeSet(for: folder.plan(plan)) } != nil)
      #expect(try Emitter(target: target).apply(changes) == Emitter.Outcome())
    }
  }

  @Test func deepAndLongPathsAreWritten() throws {
    let deep = (0..<120).map { "d\($0)" }.joined(separator: "/")
    let files = [deep: "deep", String(repeating: "n", count: 255): "long", "a/é 日本": "names"]
    try folder.generate(files)
    #expect(folder.files == files)
    try folder.write(String(repeating: "n", count: 255), "mine")
    let changes = try folder.changes(
      files.mapValues { $0 + "!" }, ReconcileOptions(conflicts: .sideBySide))
    #expect(changes.diagnostics.map(\.code) == ["target-refused"])
  }

  @Test func foldersAreMadeAndTakenBackOnFailure() throws {
    let target = Target(path: folder.place("x/y/z"))
    let plan = folder.plan(plan)
    _ = try Emitter(target: target).apply(try Generation(in: target).changeSet(for: plan))
    #expect(folder.read("x/y/z/b") == "b")
    let other = Probe(target: folder.place("p/q"), count: 60)
    // A limit on the size of files stands for a full disk.
    #expect(try other.run(0, shell: "trap '' XFSZ; ulimit -f 0") == 1)
    #expect(!FileManager.default.fileExists(atPath: folder.place("p")))
  }

  @Test func aFullDiskLeavesEverythingAsItWas() throws {
    let probe = Probe(target: folder.path, count: 60)
    try #require(try probe.run(0) == 0)
    let (files, own) = (folder.files, folder.ownFiles)
    #expect(try probe.run(1, shell: "trap '' XFSZ; ulimit -f 1") == 1)
    #expect(folder.files == files)
    #expect(folder.ownFiles == own)
    #expect(try probe.run(1) == 0)
    #expect(folder.files == probe.files(1))
  }

  @Test func modesFollowTheMask() throws {
    let probe = Probe(target: folder.path, count: 12)
    try #require(try probe.run(0, shell: "umask 027") == 0)
    #expect(folder.mode("services/s0/part 2/file-5.txt") == 0o750)
    #expect(folder.mode("services/s0/part 1/file-1.txt") == 0o640)
    #expect(folder.mode("services/s0") == 0o750)
  }

  @Test func aTargetInUseIsNotTouched() throws {
    try folder.generate(plan)
    let lock = open(folder.place(".allframe/lock"), O_RDWR)
    defer { close(lock) }
    try #require(flock(lock, LOCK_EX) == 0)
    #expect(code { try folder.generate(["b": "B"]) } == "target-busy")
    #expect(folder.files == plan)
  }

  @Test func aChangeSetOfThePastIsRefused() throws {
    try folder.generate(plan)
    let changes = try folder.changes(["b": "B"])
    try folder.generate(["b": "other"])
    #expect(code { _ = try Emitter(target: folder.target).apply(changes) } == "target-changed")
    #expect(folder.files == ["b": "other"])
  }

  @Test func aManifestThatNamesPlacesOutsideIsDamaged() throws {
    try folder.generate(plan)
    try folder.write("../outside", "a")
    let text = try #require(folder.read(".allframe/manifest.json"))
    try folder.write(
      ".allframe/manifest.json", text.replacingOccurrences(of: "src/a", with: "../outside"))
    #expect(code { try folder.generate(["b": "b"]) } == "manifest-damaged")
    #expect(folder.read("../outside") == "a")
  }
}
