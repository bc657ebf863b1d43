import IgniteSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Brings a run whose journal is in force to its end.
struct Completion {
  let target: Target
  let own: OwnFolder

  /// Does what is left; the files that the person changed in the meantime and that were left alone.
  func run(_ journal: Journal) throws(TargetError) -> [String] {
    var commit = try Commit(own: own, target: target)
    do throws(TargetError) {
      try commit.run(journal)
    } catch {
      if commit.isUndone { try own.removeAll(OwnFolder.Name.journal) }
      throw error
    }
    if own.has(OwnFolder.Name.nextManifest) {
      if !commit.skipped.isEmpty { try forget(commit.skipped) }
      try own.rename(OwnFolder.Name.nextManifest, to: OwnFolder.Name.manifest)
    }
    try removeEmptyFolders(journal)
    try own.syncNames()
    try own.removeAll(OwnFolder.Name.journal)
    try own.clearLeftovers()
    return commit.skipped
  }

  /// A file that was not written as planned counts as never written, so that it is compared anew.
  private func forget(_ paths: [String]) throws(TargetError) {
    let path = own.named(OwnFolder.Name.nextManifest)
    guard let file = try own.folder.file(OwnFolder.Name.nextManifest, at: path),
      var manifest = try? Manifest(file.bytes)
    else { return }
    let forgotten = Set(paths)
    manifest.records.removeAll { forgotten.contains($0.path) }
    try own.write(OwnFolder.Name.nextManifest, manifest.text)
  }

  private func removeEmptyFolders(_ journal: Journal) throws(TargetError) {
    var walk = FolderWalk(root: own.root, prefix: target.prefix)
    for case .remove(let path, _) in journal.steps.reversed() {
      for folder in FilePath.folders(of: path).reversed() {
        guard let (parent, name) = try? walk.parent(of: folder) else { continue }
        guard unlinkat(parent.number, name, AT_REMOVEDIR) == 0 else { break }
      }
    }
  }
}
