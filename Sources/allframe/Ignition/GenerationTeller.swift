import IgniteGenerator
import IgniteSyntax

/// Tells a person, or a program, what a generation would do and did.
struct GenerationTeller {
  /// Where the platform goes.
  let target: Target
  /// Whether a person or a program is told.
  let format: PlanFormat
  /// Whether nothing was generated there before.
  private let isFirst: Bool

  /// Tells of a generation that is about to start.
  init(target: Target, format: PlanFormat) {
    self.target = target
    self.format = format
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
  func preview(_ changes: ChangeSet, withDifferences: Bool) throws {
    switch format {
    case .json: Console.output.write(JSONText.pretty(changes.json))
    case .text where withDifferences: show(changes.changes.map(diff(of:)))
    case .text:
      let style: ChangeTree.Style = Console.output.isUnicode ? .unicode : .ascii
      Console.output.write(ChangeTree(changes, title: target.path, style: style).text)
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
    guard Console.error.isTerminal, format == .text else { return { _, _ in } }
    return { done, total in
      Console.error.write("\r\(done) of \(total) files" + (done == total ? "\r\u{1B}[K" : ""))
    }
  }

  /// Says what was done and what comes next.
  func finish(_ changes: ChangeSet, _ outcome: Emitter.Outcome) throws {
    switch format {
    case .json: Console.output.write(JSONText.pretty(changes.json))
    case .text: tellResult(changes, outcome)
    }
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

  /// A conflict shows how the plan differs from what stays on the disk.
  private func diff(of change: Change) -> UnifiedDiff {
    change.isOpenConflict ? change.distance : change.diff
  }

  /// A file gets the bytes as `patch` takes them, a terminal colours and nothing that drives it.
  private func show(_ diffs: [UnifiedDiff]) {
    guard Console.output.isTerminal else {
      for diff in diffs { Console.output.write(String(decoding: diff.bytes, as: UTF8.self)) }
      return
    }
    let hasColor = Console.output.hasColor
    for row in diffs.lazy.flatMap(\.rows) {
      Console.output.print(hasColor ? row.kind.painted(row.visible) : row.visible)
    }
  }

  private func note(_ line: String) { Console.error.print(line) }
}

extension UnifiedDiff.Row.Kind {
  /// The line in the colours that diffs have everywhere.
  fileprivate func painted(_ line: String) -> String {
    let code =
      switch self {
      case .head: "1"
      case .place: "36"
      case .context: ""
      case .removed: "31"
      case .added: "32"
      }
    return code.isEmpty ? line : "\u{1B}[\(code)m\(line)\u{1B}[0m"
  }
}
