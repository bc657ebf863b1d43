import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the files of a target held when they were read last, as long as their stamps say that they still do.
final class DiskMemory: ContentsSource {
  private struct Known: Sendable {
    let stamp: DiskStamp
    let file: DiskFile
  }

  private let target: Target
  private let files = Mutex<[String: Known]>([:])

  init(_ target: Target) { self.target = target }

  /// The file at a path, its contents not held; absent where there is none.
  func file(_ path: String, _ walk: inout FolderWalk?) throws(TargetError) -> DiskFile? {
    guard let (folder, name) = try walk?.parent(of: path), let status = folder.status(name) else {
      files.withLock { $0[path] = nil }
      return nil
    }
    let stamp = DiskStamp(status)
    if let known = files.withLock({ $0[path] }), known.stamp == stamp { return known.file }
    guard let read = try folder.file(name, at: target.named(path)) else { return nil }
    let contents = KnownContents(of: read.bytes, path: path, from: self)
    let file = DiskFile(.known(contents), status: status)
    // A file that was changed just now may be changed again within the grain of its stamp.
    files.withLock { $0[path] = stamp.isOld ? Known(stamp: stamp, file: file) : nil }
    return file
  }

  func bytes(of path: String) -> [UInt8]? {
    guard let root = try? Descriptor.root(target.path) else { return nil }
    var walk = FolderWalk(root: root, prefix: target.prefix)
    return try? walk.file(path)?.bytes
  }
}

/// What changes whenever a file is changed.
struct DiskStamp: Hashable, Sendable {
  private let file: UInt64
  private let size: Int64
  private let mode: mode_t
  private let owner: Change.Owner
  private let changed: [Int]
  private let seconds: Int

  /// The stamp of a file, absent where there is none.
  init?(of path: String) {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    self.init(information)
  }

  init(_ status: stat) {
    file = UInt64(status.st_ino)
    size = Int64(status.st_size)
    mode = status.st_mode
    owner = Change.Owner(user: status.st_uid, group: status.st_gid)
    #if canImport(Darwin)
      let (data, meta) = (status.st_mtimespec, status.st_ctimespec)
    #else
      let (data, meta) = (status.st_mtim, status.st_ctim)
    #endif
    changed = [Int(data.tv_sec), Int(data.tv_nsec), Int(meta.tv_sec), Int(meta.tv_nsec)]
    seconds = max(Int(data.tv_sec), Int(meta.tv_sec))
  }

  /// Whether the last change is long enough ago for the next one to show.
  var isOld: Bool { seconds + 2 <= Int(time(nil)) }
}
