#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why a folder of entries cannot be read.
public struct FolderError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What could not be read.
  public let path: String
  /// The reason in one lower-case line.
  public let reason: String

  /// The message in one lower-case line.
  public var description: String { "`\(path)` cannot be read: \(reason)" }
}

/// A folder on the disk with entries of a person's own.
struct CatalogFolder {
  /// The most files that are read.
  static let fileLimit = 10_000
  /// The most bytes of one file that are read.
  static let sizeLimit = 16 << 20
  private static let depthLimit = 32

  let path: String

  /// All regular files below the folder by their path in it, sorted; links are not followed.
  func files() throws(FolderError) -> [CatalogFile] {
    var info = stat()
    guard stat(path, &info) == 0 else {
      if errno == ENOENT { return [] }
      throw failure(path)
    }
    var found: [CatalogFile] = []
    try collect("", depth: 0, into: &found)
    return found.sorted { $0.path < $1.path }
  }

  private func collect(
    _ folder: String, depth: Int, into found: inout [CatalogFile]
  ) throws(FolderError) {
    guard depth < Self.depthLimit else {
      throw FolderError(path: absolute(folder), reason: "folders are nested too deeply")
    }
    for name in try names(in: folder) {
      let path = folder.isEmpty ? name : folder + "/" + name
      var info = stat()
      guard lstat(absolute(path), &info) == 0 else { throw failure(absolute(path)) }
      switch info.st_mode & S_IFMT {
      case S_IFDIR: try collect(path, depth: depth + 1, into: &found)
      case S_IFREG: found.append(CatalogFile(path: path, bytes: try read(path, size: info.st_size)))
      default: continue
      }
      guard found.count <= Self.fileLimit else {
        throw FolderError(path: self.path, reason: "it holds more than \(Self.fileLimit) files")
      }
    }
  }

  private func names(in folder: String) throws(FolderError) -> [String] {
    guard let stream = opendir(absolute(folder)) else { throw failure(absolute(folder)) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." && name != ".DS_Store" { names.append(name) }
    }
    return names
  }

  private func read(_ path: String, size: off_t) throws(FolderError) -> [UInt8] {
    guard size <= Self.sizeLimit else {
      throw FolderError(path: absolute(path), reason: "it is larger than 16 MiB")
    }
    let descriptor = open(absolute(path), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(absolute(path)) }
    defer { close(descriptor) }
    return try contents(of: descriptor, path)
  }

  private func contents(of descriptor: CInt, _ path: String) throws(FolderError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(absolute(path))
      }
      bytes += buffer[..<count]
      guard bytes.count <= Self.sizeLimit else {
        throw FolderError(path: absolute(path), reason: "it is larger than 16 MiB")
      }
    }
  }

  private func absolute(_ below: String) -> String { below.isEmpty ? path : path + "/" + below }

  private func failure(_ path: String) -> FolderError {
    FolderError(path: path, reason: String(cString: strerror(errno)).lowercased())
  }
}

/// The system's `read`, which the method of that name hides.
private func systemRead(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int
{
  read(descriptor, buffer, count)
}
