#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads whole files as bytes.
package enum FileReader {
  /// The most that is read: one byte over the limit of a config, so that the limit can be told.
  private static let most = (16 << 20) + 1

  /// The bytes of the file at `path`, of standard input where it is `-`.
  package static func bytes(of path: String) throws -> [UInt8] {
    if path == "-" { return try bytes(from: STDIN_FILENO, path: path) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(path: path) }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else { throw FileError(path: path) }
    guard information.st_mode & S_IFMT != S_IFDIR else { throw FileError(path: path, code: EISDIR) }
    guard information.st_mode & S_IFMT != S_IFIFO else {
      throw FileError(path: path, reason: "is a pipe, not a file; give `-` to read standard input")
    }
    return try bytes(from: descriptor, path: path)
  }

  /// Whether something is at `path`.
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether the folder at `path` holds anything besides the program's own.
  package static func isUsedFolder(_ path: String) -> Bool {
    guard let folder = opendir(path) else { return false }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if ![".", "..", ".allframe"].contains(name) { return true }
    }
    return false
  }

  private static func bytes(
    from descriptor: Int32, path: String
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < most {
      let count = read(descriptor, &chunk, chunk.count)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(path: path)
      }
      bytes += chunk[..<count]
    }
    return bytes
  }
}
