import IgniteGenerator

/// The configs that were opened last, the newest first.
struct RecentFiles {
  let folder: String

  private static let limit = 8

  /// Those that are still there.
  var paths: [String] {
    let lines = OwnFile.text("\(folder)/recent")?.split(separator: "\n").map(String.init) ?? []
    return lines.filter(FileReader.exists)
  }

  /// Puts a config first.
  func add(_ path: String) {
    let others = paths.filter { $0 != path }
    let kept = ([path] + others).prefix(Self.limit)
    OwnFile.keep(kept.joined(separator: "\n") + "\n", in: folder, as: "recent")
  }
}
