import IgniteSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The folders that a run needs before it can write, and what it takes back when it fails.
final class Ground {
  /// Whether the journal is in force, so that nothing may be taken back any more.
  var isCommitted = false

  private let target: Target
  private let madeFolders: [String]
  private let hadOwnFolder: Bool
  private var own: OwnFolder?

  /// Makes the target's folder and those above it, as far as they are missing.
  init(_ target: Target) throws(TargetError) {
    self.target = target
    madeFolders = try Self.makeFolders(target.path)
    hadOwnFolder = try Descriptor.root(target.path)?.status(Target.ownFolder) != nil
  }

  /// Opens and locks the target.
  func open() throws(TargetError) -> OwnFolder {
    guard let root = try Descriptor.root(target.path) else {
      throw .refused(target.path, ENOENT)
    }
    let opened = try OwnFolder(in: target, root: root)
    own = opened
    return opened
  }

  /// Takes back what a failed run left; what cannot be taken back is left to the next run.
  func clear() {
    guard !isCommitted else { return }
    if let own {
      try? own.clearLeftovers()
      if !hadOwnFolder { try? own.root.removeAll(Target.ownFolder, at: target.path) }
    }
    own = nil
    for folder in madeFolders.reversed() { rmdir(folder) }
  }

  private static func makeFolders(_ path: String) throws(TargetError) -> [String] {
    var made: [String] = []
    var above = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      above += part
      if !above.isEmpty, mkdir(above, 0o755) == 0 {
        made.append(above)
      } else if !above.isEmpty, errno != EEXIST, errno != EISDIR, access(above, F_OK) != 0 {
        let failure = TargetError.refused(above)
        for folder in made.reversed() { rmdir(folder) }
        throw failure
      }
      above += "/"
    }
    return made
  }
}

extension OwnFolder {
  /// Takes away what a run that did not come to its journal left.
  func clearLeftovers() throws(TargetError) {
    try removeAll(Name.nextJournal)
    try removeAll(Name.nextManifest)
    try removeAll(Name.staging)
    try removeAll(Name.replaced)
    try clearContents()
  }

  /// Takes away the packs that the manifest does not name.
  func clearContents() throws(TargetError) {
    guard let contents = try folder.folder(Name.contents, at: named(Name.contents)) else { return }
    let file = try folder.file(Name.manifest, at: named(Name.manifest))
    guard let text = file?.bytes, let manifest = try? Manifest(text) else { return }
    let used = Set(manifest.packs)
    for name in try contents.names(at: named(Name.contents)) where !used.contains(name) {
      try contents.removeAll(name, at: named("\(Name.contents)/\(name)"))
    }
  }
}
