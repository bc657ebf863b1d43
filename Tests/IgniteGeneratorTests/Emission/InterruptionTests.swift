import Foundation
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteGenerator

/// Generations that are ended at any moment.
@Suite(.serialized)
struct InterruptionTests {
  private let folder = TargetFolder()
  private var probe: Probe { Probe(target: folder.path, count: 150) }

  /// The time that a whole run takes, in microseconds.
  private func duration() throws -> Int {
    let start = Date()
    try #require(try probe.run(0) == 0)
    try #require(try probe.run(1) == 0)
    return Int(Date().timeIntervalSince(start) * 1e6 / 2)
  }

  @Test func eachFileIsOldOrNewAndTheNextRunCompletes() throws {
    var numbers = SeededGenerator(Int(Date().timeIntervalSince1970))
    let duration = try duration()
    var state = 1
    var interrupted = 0
    for round in 0..<24 {
      let (old, new) = (probe.files(state), probe.files(state + 1))
      let process = try probe.start(state + 1)
      if round % 2 == 0 {
        usleep(UInt32(Int.random(in: 0..<duration, using: &numbers)))
      } else {
        // The moment at which the files go to their places.
        let journal = folder.place(".allframe/journal")
        while access(journal, F_OK) != 0, process.isRunning { usleep(200) }
        usleep(UInt32(Int.random(in: 0..<2500, using: &numbers)))
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal { interrupted += 1 }
      for (path, text) in folder.files {
        #expect(text == old[path] || text == new[path], "\(path) is half-written")
      }
      #expect(try probe.run(state + 1) == 0)
      #expect(folder.files == new)
      #expect(!folder.ownFiles.keys.contains { $0.contains("journal") || $0.contains("staging") })
      state += 1
    }
    #expect(interrupted > 5)
  }

  @Test func aFreshTargetSurvivesToo() throws {
    var numbers = SeededGenerator(Int(Date().timeIntervalSince1970))
    let duration = try duration()
    for _ in 0..<6 {
      try folder.remove("")
      let process = try probe.start(0)
      usleep(UInt32(Int.random(in: 0..<duration, using: &numbers)))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let new = probe.files(0)
      for (path, text) in folder.files { #expect(text == new[path]) }
      #expect(try probe.run(0) == 0)
      #expect(folder.files == new)
    }
  }

  @Test func runsAtTheSameTimeDoNotMix() throws {
    try #require(try probe.run(0) == 0)
    let processes = try (1...4).map { try probe.start($0) }
    for process in processes { process.waitUntilExit() }
    #expect(processes.allSatisfy { $0.terminationReason == .exit })
    #expect((0...4).contains { probe.files($0) == folder.files })
  }

  @Test func preparationsWithoutAJournalAreTakenBack() throws {
    try folder.generate(["a": "a"])
    try folder.write(".allframe/staging/a", "half")
    try folder.write(".allframe/manifest.next", "half")
    try folder.write(".allframe/contents/00000000000000000000000000000000.pack", "half")
    let generation = try Generation(in: folder.target)
    #expect(generation.recovery == .rolledBack)
    #expect(try generation.changeSet(for: folder.plan(["a": "a"])).isEmpty)
    #expect(
      !folder.ownFiles.keys.contains { $0.contains("staging") || $0.contains("/0000") })
  }

  @Test func aJournalIsCompletedWithoutTouchingWhatThePersonChangedSince() throws {
    try folder.generate(["a": "a", "b": "b", "c": "c", "d": "d"])
    for name in ["a", "b"] { try folder.write(".allframe/staging/\(name)", "new") }
    try folder.write("a", "mine")
    try folder.write("c", "mine")
    let journal = Journal([
      .file("a", replacing: Digest(of: Array("a".utf8))),
      .file("b", replacing: Digest(of: Array("b".utf8))),
      .remove("c", Digest(of: Array("c".utf8))), .remove("d", Digest(of: Array("d".utf8))),
    ])
    try folder.write(".allframe/journal", String(decoding: journal.text, as: UTF8.self))
    let generation = try Generation(in: folder.target)
    #expect(generation.recovery == .completed(skipped: ["a", "c"]))
    #expect(folder.files == ["a": "mine", "b": "new", "c": "mine"])
  }

  @Test(arguments: ["", "allframe journal 1\nfile - a\n", "allframe journal 1\nfile - ../a\nend\n"])
  func aDamagedJournalIsAnErrorAndTouchesNothing(text: String) throws {
    try folder.generate(["a": "a"])
    try folder.write(".allframe/journal", text)
    let error = #expect(throws: TargetError.self) { try Generation(in: folder.target) }
    #expect(error?.code == "journal-damaged")
    #expect(folder.files == ["a": "a"])
  }

  @Test func whatThePersonChangesDuringARunIsLeftAlone() throws {
    try folder.generate(["a": "a", "b": "b", "c": "c"])
    let changes = try folder.changes(["a": "A", "b": "B", "new": "new"])
    try folder.write("a", "mine")
    try folder.write("c", "mine")
    try folder.write("new", "mine")
    let outcome = try Emitter(target: folder.target).apply(changes)
    #expect(outcome.skipped.sorted() == ["a", "c", "new"])
    #expect(outcome.written == 1)
    #expect(folder.files == ["a": "mine", "b": "B", "c": "mine", "new": "mine"])
    let again = try folder.changes(["a": "A", "b": "B", "new": "new"])
    #expect(again.verdicts == ["a": .conflict, "b": .unchanged, "new": .conflict])
  }
}
