import IgniteGenerator

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Small files that the program keeps for itself; what cannot be kept is not worth an error.
enum OwnFile {
  /// Makes a folder and those above it, for the person alone.
  static func makeFolder(_ path: String) {
    var made = ""
    for part in path.split(separator: "/") {
      made += "/" + part
      _ = mkdir(made, 0o700)
    }
  }

  /// The names in a folder, sorted; none where it cannot be read.
  static func names(in folder: String, withHidden: Bool = false) -> [String] {
    guard let handle = opendir(folder) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let isOwn = name == "." || name == ".."
      if withHidden ? !isOwn : !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// A path that means the same file from every folder.
  static func wholePath(_ path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    return String(cString: found)
  }

  /// Takes a file away, if it is there.
  static func remove(_ path: String) { unlink(path) }

  /// The text of a file, if there is one.
  static func text(_ path: String) -> String? {
    guard let bytes = try? FileReader.bytes(of: path) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Keeps a text in a folder that is made where it is missing.
  static func keep(_ text: String, in folder: String, as name: String) {
    makeFolder(folder)
    try? FileWriter.replace("\(folder)/\(name)", with: Array(text.utf8))
  }
}

/// What tells whether a file was changed by somebody else.
struct FileStamp: Hashable, Sendable {
  private let device: UInt64
  private let inode: UInt64
  private let size: Int64
  private let seconds: Int64
  private let nanoseconds: Int64

  /// The stamp of a file, absent where there is none.
  init?(of path: String) {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    device = UInt64(truncatingIfNeeded: information.st_dev)
    inode = UInt64(truncatingIfNeeded: information.st_ino)
    size = Int64(information.st_size)
    #if canImport(Darwin)
      let time = information.st_mtimespec
    #else
      let time = information.st_mtim
    #endif
    seconds = Int64(time.tv_sec)
    nanoseconds = Int64(time.tv_nsec)
  }
}
