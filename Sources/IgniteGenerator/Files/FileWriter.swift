#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Replaces a config file as a whole: a crash leaves the old text or the new one.
package enum FileWriter {
  /// Writes `bytes` to `path` through a file beside it, keeping mode and, where the system allows it, owner
  /// of the file that was there.
  package static func replace(_ path: String, with bytes: [UInt8]) throws {
    let target = resolved(path)
    var information = stat()
    let isThere = stat(target, &information) == 0
    let mode = isThere ? information.st_mode & 0o7777 : 0o644
    let draft = "\(target).allframe-\(getpid())"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw FileError(path: path) }
    do {
      try write(bytes, to: descriptor, path: path)
      if isThere { _ = fchown(descriptor, information.st_uid, information.st_gid) }
      guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else {
        throw FileError(path: path)
      }
    } catch {
      close(descriptor)
      unlink(draft)
      throw error
    }
    guard close(descriptor) == 0, rename(draft, target) == 0 else {
      let failure = FileError(path: path)
      unlink(draft)
      throw failure
    }
  }

  /// Creates the file at `path` with `bytes`; it must not be there yet.
  package static func create(_ path: String, with bytes: [UInt8]) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path) }
    defer { close(descriptor) }
    try write(bytes, to: descriptor, path: path)
  }

  /// A config that is a symbolic link stays one: its target is replaced.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func write(
    _ bytes: [UInt8], to descriptor: Int32, path: String
  ) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      #if canImport(Glibc)
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      #elseif canImport(Musl)
        let count = rest.withUnsafeBytes { Musl.write(descriptor, $0.baseAddress, $0.count) }
      #else
        let count = rest.withUnsafeBytes { Darwin.write(descriptor, $0.baseAddress, $0.count) }
      #endif
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(path: path)
      }
      rest = rest.dropFirst(count)
    }
  }
}
