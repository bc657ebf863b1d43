import IgniteSyntax

/// What was done about an earlier run that did not come to its end.
public enum Recovery: Hashable, Sendable {
  /// There was none.
  case none
  /// It was completed; files that the person changed since are named and were left alone.
  case completed(skipped: [String])
  /// It had not changed any file yet, and what it had prepared was taken away.
  case rolledBack

  /// Brings an interrupted run in a target to its end, or takes it back.
  static func run(in target: Target) throws(TargetError) -> Recovery {
    guard let root = try Descriptor.root(target.path) else { return .none }
    let path = target.named(Target.ownFolder)
    guard let folder = try root.folder(Target.ownFolder, at: path) else { return .none }
    let leftovers = [
      OwnFolder.Name.journal, OwnFolder.Name.nextJournal, OwnFolder.Name.nextManifest,
      OwnFolder.Name.staging, OwnFolder.Name.replaced,
    ]
    guard leftovers.contains(where: { folder.status($0) != nil }) else { return .none }
    return try recover(OwnFolder(in: target, root: root), target)
  }

  private static func recover(_ own: OwnFolder, _ target: Target) throws(TargetError) -> Recovery {
    let path = own.named(OwnFolder.Name.journal)
    guard let file = try own.folder.file(OwnFolder.Name.journal, at: path) else {
      try own.clearLeftovers()
      return .rolledBack
    }
    guard let journal = Journal(file.bytes) else {
      throw TargetError(
        "journal-damaged", path, "is not a journal that allframe wrote",
        notes: ["delete it: then the interrupted run is taken back where it stands"])
    }
    return .completed(skipped: try Completion(target: target, own: own).run(journal))
  }
}
