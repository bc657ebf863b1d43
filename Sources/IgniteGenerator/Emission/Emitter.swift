import IgniteSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Does what a change set says; the only code that writes to a target.
///
/// Everything new is written to `.allframe/staging` first. Then a journal says what is left to do,
/// and from there on a run that is interrupted is completed by the next one; before, it left no
/// trace outside `.allframe`. Each file has its old or its new contents at any moment.
public struct Emitter: Sendable {
  /// What a run did.
  public struct Outcome: Hashable, Sendable {
    /// How many files were written.
    public var written = 0
    /// How many files were taken away.
    public var removed = 0
    /// Files that the person changed while the run was on; they were left alone.
    public var skipped: [String] = []
  }

  private let target: Target
  private let progress: @Sendable (_ done: Int, _ total: Int) -> Void

  /// Prepares to write to a target; `progress` is told now and then, on any thread, how many of
  /// the files to be written are.
  public init(
    target: Target, progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) {
    self.target = target
    self.progress = progress
  }

  /// Does what a change set without errors says; throws with the target as it was.
  public func apply(_ changes: ChangeSet) throws(TargetError) -> Outcome {
    precondition(!changes.hasErrors, "a change set with errors cannot be applied")
    let next = NextState(changes)
    let isSame = next.manifest == changes.written.manifest && next.missingPacks.isEmpty
    if changes.isEmpty, isSame, changes.written.text != nil || changes.records.isEmpty {
      return Outcome()
    }
    let ground = try Ground(target)
    do throws(TargetError) {
      return try write(changes, next, ground)
    } catch {
      ground.clear()
      throw error
    }
  }

  private func write(
    _ changes: ChangeSet, _ next: NextState, _ ground: Ground
  ) throws(TargetError) -> Outcome {
    let own = try ground.open()
    try checkSame(changes, own)
    let journal = try journal(changes, own.root)
    try stage(changes, next, own)
    try own.write(OwnFolder.Name.nextJournal, journal.text)
    try own.rename(OwnFolder.Name.nextJournal, to: OwnFolder.Name.journal)
    ground.isCommitted = true
    try own.syncNames()
    var outcome = Outcome()
    do throws(TargetError) {
      outcome.skipped = try Completion(target: target, own: own).run(journal)
    } catch {
      ground.isCommitted = own.has(OwnFolder.Name.journal)
      throw error
    }
    let skipped = Set(outcome.skipped)
    for change in changes.effective where !skipped.contains(change.path) {
      if change.effect == .remove { outcome.removed += 1 } else { outcome.written += 1 }
    }
    return outcome
  }

  /// Another run may have been here since plan and disk were compared.
  private func checkSame(_ changes: ChangeSet, _ own: OwnFolder) throws(TargetError) {
    let path = own.named(OwnFolder.Name.manifest)
    let text = try own.folder.file(OwnFolder.Name.manifest, at: path)?.bytes
    guard text == changes.written.text, !own.has(OwnFolder.Name.journal) else {
      throw TargetError("target-changed", target.path, "another run wrote here in the meantime")
    }
  }

  private func stage(
    _ changes: ChangeSet, _ next: NextState, _ own: OwnFolder
  ) throws(TargetError) {
    for name in [OwnFolder.Name.staging, OwnFolder.Name.replaced] { try own.removeAll(name) }
    let items = changes.effective.compactMap(Staging.Item.init)
    try Staging(own: own, target: target, progress: progress).write(items)
    try next.writePacks(to: own)
    try own.writeIgnored()
    if Staging.needsSync(items.count) || next.missingPacks.count > 1 { try own.syncDisk() }
    try own.write(OwnFolder.Name.nextManifest, next.manifest.text)
  }

  private func journal(_ changes: ChangeSet, _ root: Descriptor) throws(TargetError) -> Journal {
    var walk = FolderWalk(root: root, prefix: target.prefix)
    var folders: [String] = []
    var steps: [Journal.Step] = []
    var checked: Substring?
    for change in changes.effective {
      if let (folder, _) = try walk.parent(of: change.path) {
        let above = change.path[..<(change.path.lastIndex(of: "/") ?? change.path.startIndex)]
        if checked != above { try requireWritable(folder, change.path) }
        checked = above
      } else if let missing = walk.missing, folders.last != missing {
        folders.append(missing)
      }
      steps.append(change.step)
    }
    return Journal(folders.map { .folder($0) } + steps)
  }

  private func requireWritable(_ folder: Descriptor, _ path: String) throws(TargetError) {
    guard faccessat(folder.number, ".", W_OK | X_OK, AT_EACCESS) == 0 else {
      throw .refused(target.named(path))
    }
  }
}

extension Change {
  /// The step of a journal that has the effect.
  fileprivate var step: Journal.Step {
    let old = contents.before?.digest
    return switch effect {
    case .remove: .remove(path, old ?? .empty)
    case .writeBeside: .file(path + Change.besideEnding, replacing: nil)
    case .write, .none: .file(path, replacing: old)
    }
  }
}

extension Staging.Item {
  /// What a change writes, absent where it writes nothing.
  fileprivate init?(_ change: Change) {
    switch change.effect {
    case .write:
      self.init(
        path: change.path, bytes: change.after ?? [], isExecutable: change.isExecutable,
        mode: change.mode, owner: change.owner)
    case .writeBeside:
      self.init(
        path: change.path + Change.besideEnding, bytes: change.planned ?? [],
        isExecutable: change.isExecutable, mode: change.mode, owner: change.owner)
    case .none, .remove: return nil
    }
  }
}
