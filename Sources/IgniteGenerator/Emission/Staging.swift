import IgniteModel
import IgniteSyntax
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes everything that is new into the target's own folder, where it disturbs nobody.
struct Staging: Sendable {
  /// Above so many files, one call for the whole disk is quicker than one a file.
  private static let mostSafeFiles = 64

  /// One file to be written.
  struct Item: Sendable {
    /// Where it will go.
    let path: String
    /// What is in it.
    let bytes: [UInt8]
    /// Its mode where there is no file whose mode it keeps.
    let isExecutable: Bool
    /// The mode of the file that it replaces.
    let mode: UInt32?
    /// The owner of the file that it replaces.
    let owner: Change.Owner?
  }

  let own: OwnFolder
  let target: Target
  let progress: @Sendable (_ done: Int, _ total: Int) -> Void

  /// Stages files, makes them safe and returns with all of them, or throws with none needed.
  func write(_ items: [Item]) throws(TargetError) {
    let folder = try own.makingFolder(OwnFolder.Name.staging)
    let isSafe = items.count <= Self.mostSafeFiles
    let done = Mutex(0)
    let failures = Workers.map(items.count) { range -> TargetError? in
      var walk = FolderWalk(root: folder, prefix: target.prefix)
      do throws(TargetError) {
        for item in items[range] {
          try stage(item, &walk, isSafe)
          tell(done, of: items.count)
        }
        return nil
      } catch {
        return error
      }
    }
    if let failure = failures.compactMap({ $0 }).first { throw failure }
  }

  /// Whether the files still have to be made safe by `OwnFolder.syncDisk`.
  static func needsSync(_ count: Int) -> Bool { count > mostSafeFiles }

  private func stage(_ item: Item, _ walk: inout FolderWalk, _ isSafe: Bool) throws(TargetError) {
    let (folder, name) = try walk.makingParent(of: item.path)
    let mode: mode_t = item.isExecutable ? 0o755 : 0o644
    let path = target.named(item.path)
    try folder.create(name, item.bytes, mode: mode, at: path, isSafe: isSafe)
    if let owner = item.owner, owner.user != geteuid() || owner.group != getegid() {
      // Only root may give files away; for anyone else the file becomes theirs.
      _ = fchownat(folder.number, name, owner.user, owner.group, 0)
    }
    if let mode = item.mode, fchmodat(folder.number, name, mode_t(mode), 0) != 0 {
      throw .refused(path)
    }
  }

  private func tell(_ done: borrowing Mutex<Int>, of total: Int) {
    let count = done.withLock { count in
      count += 1
      return count
    }
    if count == total || count % 256 == 0 { progress(count, total) }
  }
}
