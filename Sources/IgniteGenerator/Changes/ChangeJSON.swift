public import IgniteSyntax

extension ChangeSet {
  /// The change set for programs: a `summary` by verdict, whether there is something to do, and one
  /// object a file in the order of their paths.
  public var json: JSONValue {
    let summary = Change.Verdict.allCases.map { verdict in
      JSONMember(verdict.rawValue, .integer(Int64(count(verdict))))
    }
    return [
      "version": 1,
      "pending": .boolean(!isEmpty),
      "openConflicts": .integer(Int64(openConflicts.count)),
      "unformatted": .integer(Int64(unformattedCount)),
      "summary": .object(summary),
      "changes": .array(changes.map(\.json)),
    ]
  }
}

extension Change {
  /// The change for programs; digests are SHA-256 and null where there is no file.
  public var json: JSONValue {
    let lines = lineCounts
    return [
      "path": .string(path),
      "verdict": .string(verdict.rawValue),
      "effect": .string(effect.rawValue),
      "entry": .string(entry),
      "reason": .string(reason),
      "added": .integer(Int64(lines.added)),
      "removed": .integer(Int64(lines.removed)),
      "formatted": .boolean(isFormatted),
      "executable": .boolean(isExecutable),
      "openConflict": .boolean(isOpenConflict),
      "before": Change.digest(contents.before),
      "after": Change.digest(contents.after),
      "planned": Change.digest(contents.planned),
    ]
  }

  private static func digest(_ contents: FileContents?) -> JSONValue {
    contents.map { .string($0.digest.description) } ?? .null
  }
}
