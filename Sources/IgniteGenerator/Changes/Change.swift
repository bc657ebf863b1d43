/// What becomes of one file of a target.
public struct Change: Hashable, Sendable {
  /// How plan, disk and the last run compare.
  public enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// The file is new.
    case create
    /// The plan changed, the person did not.
    case update
    /// Both changed, at different lines.
    case merged
    /// The disk has what the plan wants.
    case unchanged
    /// The person changed it, the plan did not: it stays as it is.
    case kept
    /// The person deleted it, the plan did not change: it stays away.
    case deleted
    /// Both changed at the same lines, or the file was not ours before.
    case conflict
    /// The plan no longer has it.
    case orphaned
  }

  /// What is done on the disk.
  public enum Effect: String, Hashable, Sendable {
    /// Nothing.
    case none
    /// The file gets the contents `after`.
    case write
    /// The file goes away.
    case remove
    /// A file with the ending `.allframe-new` gets what was planned.
    case writeBeside = "write-beside"
  }

  /// Where the file is: relative to the target.
  public let path: String
  /// How plan, disk and the last run compare.
  public let verdict: Verdict
  /// What is done on the disk.
  public let effect: Effect
  /// The catalog entry that caused the file.
  public let entry: String
  /// Why, in a few lower-case words; empty where the verdict says it all.
  public let reason: String
  /// Whether nothing is left to format in what is planned.
  public let isFormatted: Bool
  /// Whether the file is to run as a program.
  public let isExecutable: Bool

  /// The mode that a new version keeps from the file on the disk.
  let mode: UInt32?
  /// The user and group that a new version keeps.
  let owner: Owner?

  /// The contents on the disk, to come and as planned.
  let contents: Contents

  /// The three states of a file, each absent where there is no file.
  struct Contents: Hashable, Sendable {
    var before: FileContents?
    var after: FileContents?
    var planned: FileContents?
  }

  /// What is on the disk, absent where nothing is.
  public var before: [UInt8]? { contents.before?.bytes }
  /// What will be on the disk, absent where nothing will be.
  public var after: [UInt8]? { contents.after?.bytes }
  /// What the plan wants, absent where it wants nothing.
  public var planned: [UInt8]? { contents.planned?.bytes }

  /// Who owns a file.
  struct Owner: Hashable, Sendable {
    let user: UInt32
    let group: UInt32
  }

  /// The ending of a file that is written beside one in conflict.
  public static let besideEnding = ".allframe-new"

  /// Whether the person still has to choose.
  public var isOpenConflict: Bool { verdict == .conflict && effect == .none && !isSettled }

  /// Whether the person chose to keep the file in conflict.
  let isSettled: Bool
}

/// What the person wants of the files in conflict.
public enum ConflictResolution: String, Hashable, Sendable, CaseIterable {
  /// The file on the disk stays, and counts as settled until the plan changes again.
  case keep
  /// The plan replaces the file.
  case overwrite
  /// The plan is written beside it, with the ending `.allframe-new`.
  case sideBySide = "side-by-side"
}
