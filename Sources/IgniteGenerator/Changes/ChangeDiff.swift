extension Change {
  /// What the change does to the disk; without lines where it does nothing.
  public var diff: UnifiedDiff {
    switch effect {
    case .write, .remove, .none:
      UnifiedDiff(path: path, old: before, new: after, isExecutable: isExecutable)
    case .writeBeside:
      UnifiedDiff(
        path: path + Change.besideEnding, old: nil, new: planned, isExecutable: isExecutable)
    }
  }

  /// What keeps the file on the disk from being what the plan wants.
  public var distance: UnifiedDiff {
    UnifiedDiff(path: path, old: before, new: planned, isExecutable: isExecutable)
  }

  /// How many lines the change adds and takes away.
  public var lineCounts: (added: Int, removed: Int) {
    switch effect {
    case .none: return (0, 0)
    case .writeBeside: return (contents.planned?.lineCount ?? 0, 0)
    case .remove: return (0, contents.before?.lineCount ?? 0)
    case .write:
      guard let before, let after else { return (contents.after?.lineCount ?? 0, 0) }
      let hunks = LineDifference(LineDifference.lines(before), LineDifference.lines(after)).hunks
      return hunks.reduce(into: (0, 0)) { counts, hunk in
        counts.0 += hunk.new.count
        counts.1 += hunk.old.count
      }
    }
  }
}
