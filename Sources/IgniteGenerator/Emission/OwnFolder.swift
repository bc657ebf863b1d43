import CSystem
import IgniteSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The folder `.allframe` of a target, held so that no other run writes there.
final class OwnFolder: Sendable {
  /// The names in it.
  enum Name {
    static let staging = "staging"
    static let replaced = "replaced"
    static let contents = "contents"
    static let manifest = "manifest.json"
    static let nextManifest = "manifest.next"
    static let journal = "journal"
    static let nextJournal = "journal.next"
    static let lock = "lock"
    static let ignored = ".gitignore"
  }

  /// What version control is to leave out.
  private static let ignored = Array(
    "/journal*\n/lock\n/manifest.next\n/replaced/\n/staging/\n".utf8)

  /// The target.
  let root: Descriptor
  /// The folder.
  let folder: Descriptor
  private let target: Target
  private let lock: FolderLock

  /// Opens and locks the folder of a target that is there, making what is missing of the folder.
  init(in target: Target, root: Descriptor) throws(TargetError) {
    self.target = target
    self.root = root
    folder = try root.makingFolder(Target.ownFolder, at: target.named(Target.ownFolder))
    let path = target.named("\(Target.ownFolder)/\(Name.lock)")
    let number = openat(
      folder.number, Name.lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o644)
    guard number >= 0 else { throw errno == ELOOP ? .symlink(path) : .refused(path) }
    lock = try FolderLock(Descriptor(owning: number), of: target, at: path)
  }

  /// How messages name a place in the folder.
  func named(_ name: String) -> String { target.named("\(Target.ownFolder)/\(name)") }

  /// Whether there is something of a name, whatever it is.
  func has(_ name: String) -> Bool { folder.status(name) != nil }

  /// A folder in the folder, made where it is missing.
  func makingFolder(_ name: String) throws(TargetError) -> Descriptor {
    try folder.makingFolder(name, at: named(name))
  }

  /// Makes a file anew, safe from a power failure once this returns.
  func write(_ name: String, _ bytes: [UInt8]) throws(TargetError) {
    try removeAll(name)
    try folder.create(name, bytes, mode: 0o644, at: named(name), isSafe: true)
  }

  /// Gives a file another name, in place of what had it.
  func rename(_ name: String, to other: String) throws(TargetError) {
    guard renameat(folder.number, name, folder.number, other) == 0 else {
      throw .refused(named(name))
    }
  }

  /// Takes away a file, or a folder with all that is in it.
  func removeAll(_ name: String) throws(TargetError) {
    try folder.removeAll(name, at: named(name))
  }

  /// Makes the names in the target and in the folder safe from a power failure.
  func syncNames() throws(TargetError) {
    guard fsync(folder.number) == 0, fsync(root.number) == 0 else { throw .refused(target.path) }
  }

  /// Makes everything written to the disk of the target safe from a power failure.
  func syncDisk() throws(TargetError) {
    guard allframe_sync_disk(folder.number) == 0 else { throw .refused(target.path) }
  }

  /// Tells version control what to leave out.
  func writeIgnored() throws(TargetError) {
    if has(Name.ignored) { return }
    try folder.create(Name.ignored, Self.ignored, mode: 0o644, at: named(Name.ignored))
  }
}

/// The right to write, given back with its last owner.
private final class FolderLock: Sendable {
  private let file: Descriptor

  init(_ file: Descriptor, of target: Target, at path: String) throws(TargetError) {
    self.file = file
    while flock(file.number, LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      throw errno == EWOULDBLOCK ? .busy(target.path) : .refused(path)
    }
  }

  // Closing alone would leave the lock to a child that is just being started and still has the file.
  deinit { flock(file.number, LOCK_UN) }
}
