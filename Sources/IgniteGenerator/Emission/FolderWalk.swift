#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Opens the folders of paths part by part, never through a symbolic link, and keeps those of the
/// last path open, so that walking sorted paths opens each folder once.
struct FolderWalk {
  private let root: Descriptor
  private let prefix: String
  private var parts: [String] = []
  private var folders: [Descriptor] = []
  private var folderPath = ""
  /// The outermost folder that was missing at the last look.
  private(set) var missing: String?

  /// Starts at an open folder; `prefix` stands before paths in messages.
  init(root: Descriptor, prefix: String = "") {
    self.root = root
    self.prefix = prefix
  }

  /// The path as messages name it.
  func named(_ path: some StringProtocol) -> String { prefix + path }

  /// The open folder above a path and the last part of it; absent where the folder is missing.
  mutating func parent(of path: String) throws(TargetError) -> (folder: Descriptor, name: String)? {
    let (above, name) = Self.split(path)
    if let missing, Self.isWithin(above, missing) { return nil }
    guard let folder = try open(above, isMaking: false) else { return nil }
    return (folder, name)
  }

  /// The same, making the folders that are missing.
  mutating func makingParent(
    of path: String
  ) throws(TargetError) -> (folder: Descriptor, name: String) {
    let (above, name) = Self.split(path)
    missing = nil
    guard let folder = try open(above, isMaking: true) else { throw .refused(named(above), ENOENT) }
    return (folder, name)
  }

  /// The file at a path, absent where there is none.
  mutating func file(_ path: String) throws(TargetError) -> DiskFile? {
    guard let (folder, name) = try parent(of: path) else { return nil }
    return try folder.file(name, at: named(path))
  }

  /// Forgets the open folders, because they may have been moved.
  mutating func reset() {
    (parts, folders, folderPath, missing) = ([], [], "", nil)
  }

  private mutating func open(
    _ above: Substring, isMaking: Bool
  ) throws(TargetError) -> Descriptor? {
    if above == folderPath { return folders.last ?? root }
    let wanted = above.split(separator: "/").map(String.init)
    var shared = 0
    while shared < min(parts.count, wanted.count), parts[shared] == wanted[shared] { shared += 1 }
    parts.removeLast(parts.count - shared)
    folders.removeLast(folders.count - shared)
    folderPath = parts.joined(separator: "/")
    for part in wanted[shared...] {
      let path = folderPath.isEmpty ? part : "\(folderPath)/\(part)"
      let holder = folders.last ?? root
      let next =
        isMaking
        ? try holder.makingFolder(part, at: named(path)) : try holder.folder(part, at: named(path))
      guard let next else {
        missing = path
        return nil
      }
      parts.append(part)
      folders.append(next)
      folderPath = path
    }
    return folders.last ?? root
  }

  private static func split(_ path: String) -> (above: Substring, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
    return (path[..<slash], String(path[path.utf8.index(after: slash)...]))
  }

  private static func isWithin(_ path: Substring, _ folder: String) -> Bool {
    guard path.utf8.starts(with: folder.utf8) else { return false }
    let rest = path.utf8.dropFirst(folder.utf8.count)
    return rest.isEmpty || rest.first == UInt8(ascii: "/")
  }
}
