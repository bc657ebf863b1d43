import IgniteGenerator
import IgniteSyntax

/// Tells a person, or a program, what a generation would do and did.
struct GenerationTeller {
  /// Where the platform goes.
  let target: Target
  /// Whether nothing was generated there before.
  private let isFirst: Bool

  /// Tells of a generation that is about to start.
  init(target: Target) {
    self.target = target
    isFirst = !FileReader.exists("\(target.path)/.allframe/manifest.json")
  }

  private var name: String { VisibleText.line(target.path) }

  /// Says what was done about an interrupted run.
  func tell(_ recovery: Recovery) {
    switch recovery {
    case .none: break
    case .rolledBack: note("an interrupted run in \(name) was taken back")
    case .completed(let skipped):
      note("an interrupted run in \(name) was completed")
      for path in skipped {
        note("  you changed \(VisibleText.line(path)) since, so it was left alone")
      }
    }
  }

  /// Shows what would be done; the exit status says whether that is anything.
  func preview(_ changes: ChangeSet) throws {
    for change in changes.changes {
      Console.output.print("\(change.verdict.rawValue) \(VisibleText.line(change.path))")
    }
    if !changes.openConflicts.isEmpty { throw ExitStatus.conflicts.code }
    if !changes.isEmpty { throw ExitStatus.pending.code }
  }

  /// Asks before files are written into a folder that holds others, if a person is there to answer.
  func confirm(_ changes: ChangeSet) throws {
    guard Console.isInteractive, !changes.isEmpty, isFirst, FileReader.isUsedFolder(target.path)
    else {
      return
    }
    let count = changes.effective.count
    Console.error.write("\(name) holds files already. Write \(count) into it? [y/N] ")
    let answer = readLine() ?? ""
    guard ["y", "yes"].contains(answer.lowercased()) else {
      Console.error.print("nothing was written")
      throw ExitStatus.failed.code
    }
  }

  /// Shows how far writing is, on a terminal.
  var progress: @Sendable (Int, Int) -> Void {
    guard Console.error.isTerminal else { return { _, _ in } }
    return { done, total in
      Console.error.write("\r\(done) of \(total) files" + (done == total ? "\r\u{1B}[K" : ""))
    }
  }

  /// Says what was done and what comes next.
  func finish(_ changes: ChangeSet, _ outcome: Emitter.Outcome) throws {
    tellResult(changes, outcome)
    if !changes.openConflicts.isEmpty || !outcome.skipped.isEmpty {
      throw ExitStatus.conflicts.code
    }
  }

  private func tellResult(_ changes: ChangeSet, _ outcome: Emitter.Outcome) {
    let parts = [
      (changes.count(.create), "created"), (changes.count(.update), "updated"),
      (changes.count(.merged), "merged"), (outcome.removed, "removed"),
      (changes.count(.unchanged), "unchanged"), (changes.count(.kept), "kept as you changed them"),
      (changes.count(.deleted), "left deleted"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    Console.output.print("\(name): " + (parts.isEmpty ? "nothing" : parts.joined(separator: ", ")))
    for change in changes.openConflicts {
      note("conflict: \(VisibleText.line(change.path)): \(change.reason)")
    }
    for path in outcome.skipped {
      note("skipped: \(VisibleText.line(path)): it changed while this run was on")
    }
    if !changes.openConflicts.isEmpty {
      note("see them with --diff, then choose with --conflict keep, overwrite or side-by-side")
    }
    if isFirst, changes.count(.create) > 0 {
      Console.output.print("next: cd \(ShellWord.quoted(target.path)) && cargo run -p dev")
    }
  }

  private func note(_ line: String) { Console.error.print(line) }
}
