import IgniteModel
import IgniteSyntax
import Synchronization

/// What the last run left in a target: its manifest and the contents of the files it wrote.
final class WrittenFiles: Sendable {
  /// The manifest, empty where there was no run.
  let manifest: Manifest
  /// The bytes of the manifest, absent where there is none.
  let text: [UInt8]?
  private let contentsFolder: Descriptor?
  private let packs = Mutex<[Int: Pack?]>([:])
  /// Whether packs stay in memory once they were read.
  private let keepsPacks: Bool

  /// What a target has where there was no run.
  static let none = WrittenFiles()

  private init() {
    manifest = Manifest()
    text = nil
    contentsFolder = nil
    keepsPacks = false
  }

  /// Reads the manifest of a target; a damaged or newer one is an error that names the way out.
  init(in target: Target, keepsPacks: Bool = true) throws(TargetError) {
    self.keepsPacks = keepsPacks
    let own = try Descriptor.root(target.path)?
      .folder(Target.ownFolder, at: target.named(Target.ownFolder))
    let path = target.named("\(Target.ownFolder)/manifest.json")
    let file = try own?.file("manifest.json", at: path)
    contentsFolder = try own?.folder("contents", at: target.named("\(Target.ownFolder)/contents"))
    text = file?.bytes
    do throws(Manifest.Damage) {
      manifest =
        try file.map { file throws(Manifest.Damage) in try Manifest(file.bytes) } ?? Manifest()
    } catch {
      throw .manifest(path, error)
    }
  }

  /// What was written for a record, absent where it was lost or damaged.
  func contents(of record: Manifest.Record) -> [UInt8]? {
    guard !manifest.packs.isEmpty else { return nil }
    let index = Pack.index(of: record.path, among: manifest.packs.count)
    guard keepsPacks else { return read(manifest.packs[index])?.contents(record) }
    let pack = packs.withLock { packs in
      if let known = packs[index] { return known }
      let read = read(manifest.packs[index])
      packs[index] = .some(read)
      return read
    }
    return pack?.contents(record)
  }

  /// How many lines each file had whose contents are whole, by path.
  var lineCounts: [String: Int] {
    let count = manifest.packs.count
    guard count > 0 else { return [:] }
    let records = Dictionary(grouping: manifest.records) { Pack.index(of: $0.path, among: count) }
    let parts = Workers.map(count, atLeast: 4) { range in
      range.flatMap { index -> [(String, Int)] in
        let pack = read(manifest.packs[index])
        return (records[index] ?? []).compactMap { record in
          pack?.contents(record).map { (record.path, FileContents.lineCount(of: $0)) }
        }
      }
    }
    return Dictionary(parts.flatMap { $0 }, uniquingKeysWith: { first, _ in first })
  }

  /// The packs that are there and, as far as they were read, whole.
  var soundPacks: Set<String> {
    let damaged = packs.withLock { packs in packs.filter { $0.value == nil }.keys }
    return Set(
      manifest.packs.enumerated().filter { index, name in
        !damaged.contains(index) && contentsFolder?.status(name) != nil
      }.map(\.element))
  }

  private func read(_ name: String) -> Pack? {
    let file = try? contentsFolder?.file(name, at: name)
    return file.flatMap { Pack($0.bytes) }
  }
}

extension TargetError {
  fileprivate static func manifest(_ path: String, _ damage: Manifest.Damage) -> TargetError {
    switch damage {
    case .newer(let version):
      TargetError(
        "manifest-newer", path, "was written by a newer allframe, in format \(version)",
        notes: ["update allframe"])
    case .unreadable:
      TargetError(
        "manifest-damaged", path, "is not a manifest that allframe wrote",
        notes: [
          "bring it back from version control",
          "or delete it: then every file that differs from the plan counts as changed by you, "
            + "and is not overwritten",
        ])
    }
  }
}
