import IgniteSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Does what a journal says: moves staged files to their places and old ones away, each as a
/// whole. A failure takes back what was done.
struct Commit {
  private enum Done {
    case folder(String)
    case file(String, hadOld: Bool)
    case removed(String)
  }

  private let target: Target
  private var places: FolderWalk
  private var staged: FolderWalk
  private var replaced: FolderWalk
  private var done: [Done] = []

  /// Files that the person changed after they were compared; they were left alone.
  private(set) var skipped: [String] = []

  /// Whether a failed run was taken back as a whole.
  private(set) var isUndone = false

  /// Prepares to work in a target.
  init(own: OwnFolder, target: Target) throws(TargetError) {
    self.target = target
    places = FolderWalk(root: own.root, prefix: target.prefix)
    staged = FolderWalk(
      root: try own.makingFolder(OwnFolder.Name.staging), prefix: own.named("staging/"))
    replaced = FolderWalk(
      root: try own.makingFolder(OwnFolder.Name.replaced), prefix: own.named("replaced/"))
  }

  /// Does every step that is not done yet.
  mutating func run(_ journal: Journal) throws(TargetError) {
    do throws(TargetError) {
      for step in journal.steps {
        switch step {
        case .folder(let path): try moveFolder(path)
        case .file(let path, let old): try moveFile(path, replacing: old)
        case .remove(let path, let digest): try remove(path, digest)
        }
      }
    } catch {
      try undo()
      throw error
    }
  }

  private mutating func moveFolder(_ path: String) throws(TargetError) {
    guard let (from, name) = try staged.parent(of: path), from.status(name) != nil else { return }
    let (folder, _) = try places.makingParent(of: path)
    // Where the person made the folder in the meantime, its files go in one by one.
    guard folder.status(name) == nil else { return }
    try move(from, folder, name, path)
    done.append(.folder(path))
  }

  private mutating func moveFile(_ path: String, replacing old: Digest?) throws(TargetError) {
    guard let (from, name) = try staged.parent(of: path), from.status(name) != nil else { return }
    let found = try found(at: path)
    guard found.digest == old, found != .other else {
      skipped.append(path)
      return
    }
    let (folder, _) = try places.makingParent(of: path)
    if case .file(let file) = found { try save(file, folder, name, path) }
    try move(from, folder, name, path)
    done.append(.file(path, hadOld: old != nil))
  }

  private mutating func remove(_ path: String, _ digest: Digest) throws(TargetError) {
    let found = try found(at: path)
    if found == .nothing { return }
    guard found.digest == digest, let (folder, name) = try places.parent(of: path) else {
      skipped.append(path)
      return
    }
    let (other, _) = try replaced.makingParent(of: path)
    try move(folder, other, name, path)
    done.append(.removed(path))
  }

  private enum Found: Equatable {
    case nothing
    case file(DiskFile)
    case other

    var digest: Digest? {
      guard case .file(let file) = self else { return nil }
      return Digest(of: file.bytes)
    }
  }

  private mutating func found(at path: String) throws(TargetError) -> Found {
    do throws(TargetError) {
      return try places.file(path).map { .file($0) } ?? .nothing
    } catch {
      guard error.isReplacement else { throw error }
      return .other
    }
  }

  private mutating func save(
    _ file: DiskFile, _ folder: Descriptor, _ name: String, _ path: String
  ) throws(TargetError) {
    let (other, _) = try replaced.makingParent(of: path)
    if linkat(folder.number, name, other.number, name, 0) == 0 || errno == EEXIST { return }
    // Not every file system has links.
    try other.create(name, file.bytes, mode: file.mode, at: target.named(path))
  }

  private func move(
    _ from: Descriptor, _ to: Descriptor, _ name: String, _ path: String
  ) throws(TargetError) {
    guard renameat(from.number, name, to.number, name) == 0 else {
      throw .refused(target.named(path))
    }
  }

  private mutating func undo() throws(TargetError) {
    places.reset()
    staged.reset()
    for step in done.reversed() {
      switch step {
      case .folder(let path), .file(let path, false):
        try Self.carry(path, from: &places, to: &staged)
      case .file(let path, true), .removed(let path):
        try Self.carry(path, from: &replaced, to: &places)
      }
    }
    isUndone = true
  }

  private static func carry(
    _ path: String, from: inout FolderWalk, to: inout FolderWalk
  ) throws(TargetError) {
    guard let (source, name) = try from.parent(of: path) else { return }
    let (folder, _) = try to.makingParent(of: path)
    guard renameat(source.number, name, folder.number, name) == 0 else {
      throw .refused(to.named(path))
    }
  }
}

extension TargetError {
  /// Whether something else stands where a file or folder was.
  fileprivate var isReplacement: Bool {
    ["target-symlink", "target-not-a-folder", "target-not-a-file"].contains(code.description)
  }
}
