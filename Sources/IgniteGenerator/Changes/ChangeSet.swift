public import IgniteSyntax

/// What is to be done to make a target what a plan wants: exactly what an `Emitter` does.
public struct ChangeSet: Sendable {
  /// Every file of the plan and of the last run, in the order of their paths.
  public let changes: [Change]
  /// What stands in the way; with an error among them, nothing can be written.
  public internal(set) var diagnostics: [Diagnostic]

  /// What the next manifest will say.
  let records: [NextRecord]
  /// What the last run left.
  let written: WrittenFiles

  /// A record of the next manifest and its contents.
  struct NextRecord: Sendable {
    let record: Manifest.Record
    /// Absent where the contents are those of the last run.
    let contents: FileContents?
  }

  /// Whether the disk stays as it is.
  public var isEmpty: Bool { changes.allSatisfy { $0.effect == .none } }

  /// The changes that do something to the disk.
  public var effective: [Change] { changes.filter { $0.effect != .none } }

  /// The files in conflict on which the person has not chosen.
  public var openConflicts: [Change] { changes.filter(\.isOpenConflict) }

  /// Whether something stands in the way of writing.
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// How many files of the plan still have to be formatted.
  public var unformattedCount: Int {
    changes.count { $0.contents.planned != nil && !$0.isFormatted }
  }

  /// How many files have a verdict.
  public func count(_ verdict: Change.Verdict) -> Int { changes.count { $0.verdict == verdict } }
}
