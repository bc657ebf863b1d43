import Foundation
import IgniteGenerator
import IgniteSyntax

/// A real folder to generate into, taken away with its last user.
final class TargetFolder {
  let url: URL
  var path: String { url.path }
  var target: Target { Target(path: path) }

  init() {
    url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("allframe-target-\(UUID().uuidString)/shop")
    try? FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
  }

  deinit {
    chmod(path, 0o755)
    try? FileManager.default.removeItem(at: url.deletingLastPathComponent())
  }

  func place(_ name: String) -> String { url.appendingPathComponent(name).path }

  func write(_ name: String, _ text: String) throws {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func read(_ name: String) -> String? {
    FileManager.default.contents(atPath: place(name)).map { String(decoding: $0, as: UTF8.self) }
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: place(name)) }

  func mode(_ name: String) -> Int? {
    (try? FileManager.default.attributesOfItem(atPath: place(name)))?[.posixPermissions] as? Int
  }

  /// Every file with its text, without the program's own folder.
  var files: [String: String] { texts { !$0.hasPrefix(".allframe/") } }

  /// Every file of the program's own folder with its text.
  var ownFiles: [String: String] { texts { $0.hasPrefix(".allframe/") } }

  /// Every folder, without the program's own.
  var folders: Set<String> {
    Set(names.filter { !$0.hasPrefix(".allframe") && isFolder($0) })
  }

  private var names: [String] {
    FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
  }

  private func isFolder(_ name: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: place(name), isDirectory: &isFolder)
      && isFolder.boolValue
  }

  private func texts(where isWanted: (String) -> Bool) -> [String: String] {
    var texts: [String: String] = [:]
    for name in names where isWanted(name) && !isFolder(name) { texts[name] = read(name) }
    return texts
  }

  /// Compares a plan and does what is to be done.
  @discardableResult
  func generate(
    _ files: [String: String], _ options: ReconcileOptions = ReconcileOptions()
  ) throws -> (changes: ChangeSet, outcome: Emitter.Outcome) {
    let changes = try changes(files, options)
    return (changes, try Emitter(target: target).apply(changes))
  }

  func changes(
    _ files: [String: String], _ options: ReconcileOptions = ReconcileOptions()
  ) throws -> ChangeSet {
    try Generation(in: target, options: options).changeSet(for: plan(files))
  }

  func plan(_ files: [String: String]) -> FilePlan {
    var diagnostics: [Diagnostic] = []
    let plan = FilePlan(
      files.map {
        PlannedFile(
          path: $0.key, bytes: Array($0.value.utf8), isExecutable: $0.key.hasSuffix(".sh"),
          entry: "stateless")
      }, diagnostics: &diagnostics)
    precondition(diagnostics.isEmpty)
    return plan
  }
}

extension ChangeSet {
  /// The verdict of each path.
  var verdicts: [String: Change.Verdict] {
    Dictionary(uniqueKeysWithValues: changes.map { ($0.path, $0.verdict) })
  }
}
