import IgniteModel

/// The manifest and the packs as they are to be after a run.
struct NextState: Sendable {
  /// The next manifest.
  let manifest: Manifest
  private let files: [[ChangeSet.NextRecord]]
  private let written: WrittenFiles

  /// Computes it from what a change set says of each file.
  init(_ changes: ChangeSet) {
    let count = Pack.count(forFiles: changes.records.count)
    var files: [[ChangeSet.NextRecord]] = Array(repeating: [], count: count)
    for record in changes.records {
      files[Pack.index(of: record.record.path, among: count)].append(record)
    }
    let isUsed = !changes.records.isEmpty
    self.files = isUsed ? files : []
    written = changes.written
    manifest = Manifest(
      records: changes.records.map(\.record),
      packs: isUsed ? files.map { Pack.name($0.map(\.record)) } : [])
  }

  /// Writes the packs that the last run has not already written.
  func writePacks(to own: OwnFolder) throws(TargetError) {
    let folder = try own.makingFolder(OwnFolder.Name.contents)
    let missing = missingPacks
    let failures = Workers.map(missing.count, atLeast: 8) { range -> TargetError? in
      do throws(TargetError) {
        for index in missing[range] { try writePack(index, folder, own) }
        return nil
      } catch {
        return error
      }
    }
    if let failure = failures.compactMap({ $0 }).first { throw failure }
  }

  /// The places in the manifest of the packs that are to be written.
  var missingPacks: [Int] {
    let known = written.soundPacks
    return manifest.packs.indices.filter { !known.contains(manifest.packs[$0]) }
  }

  private func writePack(
    _ index: Int, _ folder: Descriptor, _ own: OwnFolder
  ) throws(TargetError) {
    let name = manifest.packs[index]
    let path = own.named("\(OwnFolder.Name.contents)/\(name)")
    let contents = files[index].compactMap { file in
      (file.contents?.bytes ?? written.contents(of: file.record)).map { (file.record.path, $0) }
    }
    // What has the name is damaged, or was left by a run that did not finish.
    try folder.removeAll(name, at: path)
    try folder.create(name, Pack.text(contents), mode: 0o644, at: path, isSafe: files.count == 1)
  }
}
