/// Compares the three states of one file and decides what becomes of it.
struct Judgement {
  /// What the plan wants, absent where it has no such file.
  let plan: PlannedFile?
  /// What is on the disk.
  let disk: DiskFile?
  /// What the last run wrote, absent where it knew no such file.
  let record: Manifest.Record?
  /// The contents of the last run, looked up only where they decide.
  let base: () -> [UInt8]?
  /// The digest of what the plan wants.
  let digest: Digest?
  /// What the person wants of a conflict.
  let resolution: ConflictResolution?
  /// Whether files that the person deleted come back.
  let restoresDeleted: Bool

  /// What becomes of the file; absent where it is gone on all sides.
  func change() -> Change? {
    guard let plan else { return orphan() }
    guard let disk else { return missing(plan) }
    if disk.contents == plan.contents { return make(.unchanged, .none, after: disk.contents) }
    guard let record else { return conflict("the file was there before and differs") }
    return differing(plan, disk, record)
  }

  private func orphan() -> Change? {
    guard let disk, let record else { return nil }
    guard isWritten(disk, record) else {
      return make(
        .orphaned, .none, after: disk.contents, "you changed it, so it stays and is yours")
    }
    return make(.orphaned, .remove, after: nil)
  }

  private func missing(_ plan: PlannedFile) -> Change {
    guard let record, !restoresDeleted else { return make(.create, .write, after: plan.contents) }
    if record.digest == digest { return make(.deleted, .none, after: nil, "you deleted it") }
    return conflict("you deleted it, and the plan changed")
  }

  private func differing(
    _ plan: PlannedFile, _ disk: DiskFile, _ record: Manifest.Record
  ) -> Change {
    if record.digest == digest { return make(.kept, .none, after: disk.contents, "you changed it") }
    if isWritten(disk, record) { return make(.update, .write, after: plan.contents) }
    guard let base = base() else {
      return conflict("you changed it, and what was written last is not known any more")
    }
    guard let merged = LineMerge.merged(base: base, disk.bytes, plan.bytes) else {
      return conflict("you and the plan changed the same lines")
    }
    if disk.contents == .held(merged) {
      return make(.kept, .none, after: .held(merged), "you changed it likewise")
    }
    return make(.merged, .write, after: .held(merged), "your changes and the plan's")
  }

  /// Whether the disk has what was written: by the bytes where they are known, so that nothing
  /// hangs on a digest alone.
  private func isWritten(_ disk: DiskFile, _ record: Manifest.Record) -> Bool {
    guard disk.contents.digest == record.digest else { return false }
    guard case .held(let bytes) = disk.contents else { return true }
    return base().map { $0 == bytes } ?? true
  }

  private func conflict(_ reason: String) -> Change {
    switch resolution {
    case nil: make(.conflict, .none, after: disk?.contents, reason)
    case .keep: make(.conflict, .none, after: disk?.contents, reason, isSettled: true)
    case .overwrite: make(.conflict, .write, after: plan?.contents, reason)
    case .sideBySide: make(.conflict, .writeBeside, after: disk?.contents, reason, isSettled: true)
    }
  }

  private func make(
    _ verdict: Change.Verdict, _ effect: Change.Effect, after: FileContents?, _ reason: String = "",
    isSettled: Bool = false
  ) -> Change {
    Change(
      path: plan?.path ?? record?.path ?? "", verdict: verdict, effect: effect,
      entry: plan?.entry ?? record?.entry ?? "", reason: reason,
      isFormatted: plan?.isFormatted ?? true, isExecutable: plan?.isExecutable ?? false,
      mode: mode, owner: disk?.owner,
      contents: .init(before: disk?.contents, after: after, planned: plan?.contents),
      isSettled: isSettled)
  }

  /// The mode on the disk stays the person's, unless the file became a program.
  private var mode: UInt32? {
    guard let disk else { return nil }
    let mode = UInt32(disk.mode)
    guard plan?.isExecutable == true, record?.isExecutable == false else { return mode }
    return mode | (mode & 0o444) >> 2
  }
}
