import IgniteSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open file or folder, closed with its last owner.
final class Descriptor: Sendable {
  /// The number by which the system knows it.
  let number: Int32

  /// Owns an open descriptor.
  init(owning number: Int32) { self.number = number }

  deinit { close(number) }

  /// Opens the folder at a path of the person's own; links in it are theirs and are followed.
  static func root(_ path: String) throws(TargetError) -> Descriptor? {
    let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if number >= 0 { return Descriptor(owning: number) }
    if errno == ENOENT { return nil }
    throw errno == ENOTDIR ? .notAFolder(path) : .refused(path)
  }

  /// Opens a folder in this one, absent where there is none; `path` is for messages.
  func folder(_ name: String, at path: String) throws(TargetError) -> Descriptor? {
    let found = openat(number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if found >= 0 { return Descriptor(owning: found) }
    let code = errno
    if code == ENOENT { return nil }
    // A link gives ENOTDIR or ELOOP, by system.
    if isLink(name) { throw .symlink(path) }
    throw code == ENOTDIR ? .notAFolder(path) : .refused(path, code)
  }

  /// Opens or makes a folder in this one.
  func makingFolder(_ name: String, at path: String) throws(TargetError) -> Descriptor {
    if let found = try folder(name, at: path) { return found }
    if mkdirat(number, name, 0o755) != 0, errno != EEXIST { throw .refused(path) }
    guard let made = try folder(name, at: path) else { throw .refused(path, ENOENT) }
    return made
  }

  /// What a name in this folder stands for, links not followed; absent where there is nothing.
  func status(_ name: String) -> stat? {
    var information = stat()
    guard fstatat(number, name, &information, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
    return information
  }

  private func isLink(_ name: String) -> Bool {
    status(name).map { $0.st_mode & S_IFMT == S_IFLNK } ?? false
  }

  /// The bytes and the mode of a plain file in this folder, absent where there is none.
  func file(_ name: String, at path: String) throws(TargetError) -> DiskFile? {
    let found = openat(number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard found >= 0 else {
      let code = errno
      if code == ENOENT { return nil }
      if isLink(name) { throw .symlink(path) }
      if let information = status(name) { try Descriptor.requireFile(information, path) }
      throw .refused(path, code)
    }
    let file = Descriptor(owning: found)
    var information = stat()
    guard fstat(found, &information) == 0 else { throw .refused(path) }
    try Descriptor.requireFile(information, path)
    let bytes = try file.contents(expecting: Int(information.st_size), path)
    return DiskFile(.held(bytes), status: information)
  }

  private static func requireFile(_ information: stat, _ path: String) throws(TargetError) {
    switch information.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw .notAFile(path, "a folder")
    case S_IFIFO: throw .notAFile(path, "a pipe")
    case S_IFSOCK: throw .notAFile(path, "a socket")
    default: throw .notAFile(path, "a device")
    }
  }

  private func contents(expecting size: Int, _ path: String) throws(TargetError) -> [UInt8] {
    guard size <= DiskFile.largest else {
      throw TargetError("target-not-a-file", path, "is larger than any file that is generated")
    }
    var failure: Int32 = 0
    // One byte more than expected, so that a file that grew is seen to.
    let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, filled in
      while filled < buffer.count {
        let count = read(number, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
        if count == 0 { break }
        if count > 0 {
          filled += count
        } else if errno != EINTR {
          failure = errno
          break
        }
      }
    }
    if failure != 0 { throw .refused(path, failure) }
    guard bytes.count <= size else {
      throw TargetError("target-refused", path, "changed while it was read")
    }
    return bytes
  }

  /// Writes all bytes to this open file.
  func write(_ bytes: [UInt8], _ path: String) throws(TargetError) {
    var failure: Int32 = 0
    bytes.withUnsafeBytes { buffer in
      var start = 0
      while start < buffer.count, let base = buffer.baseAddress {
        #if canImport(Glibc)
          let count = Glibc.write(number, base + start, buffer.count - start)
        #elseif canImport(Musl)
          let count = Musl.write(number, base + start, buffer.count - start)
        #else
          let count = Darwin.write(number, base + start, buffer.count - start)
        #endif
        if count >= 0 {
          start += count
        } else if errno != EINTR {
          failure = errno
          return
        }
      }
    }
    if failure != 0 { throw .refused(path, failure) }
  }

  /// Makes a new file in this folder, with its bytes.
  func create(
    _ name: String, _ bytes: [UInt8], mode: mode_t, at path: String, isSafe: Bool = false
  ) throws(TargetError) {
    let made = openat(number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard made >= 0 else { throw .refused(path) }
    let file = Descriptor(owning: made)
    try file.write(bytes, path)
    if isSafe, fsync(made) != 0 { throw .refused(path) }
  }
}

/// A plain file as it was found on the disk.
struct DiskFile: Hashable, Sendable {
  /// The most bytes that are read of one file.
  static let largest = 256 << 20

  /// What is in it.
  let contents: FileContents
  /// Its permission bits.
  let mode: mode_t
  /// The user and group that own it.
  let owner: Change.Owner

  /// The bytes.
  var bytes: [UInt8] { contents.bytes }

  /// Takes what `fstat` tells.
  init(_ contents: FileContents, status: stat) {
    self.contents = contents
    mode = status.st_mode & 0o777
    owner = Change.Owner(user: status.st_uid, group: status.st_gid)
  }
}
