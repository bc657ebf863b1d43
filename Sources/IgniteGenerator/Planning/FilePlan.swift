public import IgniteSyntax

/// Every file of a platform, sorted by path, no two at the same place.
///
/// ```swift
/// var diagnostics: [Diagnostic] = []
/// let plan = FilePlan(files, diagnostics: &diagnostics)
/// ```
public struct FilePlan: Hashable, Sendable {
  /// The files in the order of their paths.
  public let files: [PlannedFile]

  /// Takes files in any order; one whose path cannot be used, or whose place is taken on a disk
  /// with or without letter case, is left out and reported.
  public init(_ files: [PlannedFile], diagnostics: inout [Diagnostic]) {
    var places = PlacesTaken()
    var kept: [PlannedFile] = []
    kept.reserveCapacity(files.count)
    for file in files.sorted(by: { $0.path < $1.path }) {
      if let problem = FilePath.problem(of: file.path) {
        diagnostics.append(.invalid(file, problem))
      } else if let other = places.take(file) {
        diagnostics.append(.collision(file, other))
      } else {
        kept.append(file)
      }
    }
    self.files = kept
  }

  /// The file at a path, absent where the plan has none.
  public subscript(path: String) -> PlannedFile? {
    var (low, high) = (0, files.count)
    while low < high {
      let middle = (low + high) / 2
      if files[middle].path < path { low = middle + 1 } else { high = middle }
    }
    return low < files.count && files[low].path == path ? files[low] : nil
  }

  /// The same paths with other contents.
  func replacing(_ files: [PlannedFile]) -> FilePlan { FilePlan(sorted: files) }

  /// Takes files that are known to be usable, in order and each at its own place.
  init(sorted files: [PlannedFile]) { self.files = files }
}

/// Which names are in use, folders included, as a disk without letter case sees them.
private struct PlacesTaken {
  private struct Place {
    let name: String
    let isFile: Bool
    let owner: PlannedFile
  }
  private var places: [String: Place] = [:]
  /// The folder of the last file, which has its place.
  private var lastFolder: Substring?

  /// Takes the file's place and its folders'; the file that stands in the way, if one does.
  mutating func take(_ file: PlannedFile) -> PlannedFile? {
    let folded = FilePath.folded(file.path)
    if let place = places[folded] { return place.owner }
    let folder = FilePath.folder(of: file.path)
    if folder != lastFolder {
      if let owner = takeFolders(of: file, folded) { return owner }
      lastFolder = folder
    }
    places[folded] = Place(name: file.path, isFile: true, owner: file)
    return nil
  }

  private mutating func takeFolders(of file: PlannedFile, _ folded: String) -> PlannedFile? {
    for (folder, foldedFolder) in zip(FilePath.folders(of: file.path), FilePath.folders(of: folded))
    {
      guard let place = places[foldedFolder] else { continue }
      if place.isFile || place.name != folder { return place.owner }
    }
    for (folder, foldedFolder) in zip(FilePath.folders(of: file.path), FilePath.folders(of: folded))
    where places[foldedFolder] == nil {
      places[foldedFolder] = Place(name: folder, isFile: false, owner: file)
    }
    return nil
  }
}

extension Diagnostic {
  fileprivate static func invalid(_ file: PlannedFile, _ problem: String) -> Diagnostic {
    var diagnostic = Diagnostic.error(
      "unusable-path", "`\(file.path)` cannot be the path of a generated file: \(problem)")
    diagnostic.notes = ["`\(file.entry)` of the catalog asks for it"]
    return diagnostic
  }

  fileprivate static func collision(_ file: PlannedFile, _ other: PlannedFile) -> Diagnostic {
    var diagnostic = Diagnostic.error(
      "path-collision", "`\(file.path)` cannot stand beside `\(other.path)`")
    diagnostic.notes = [
      "`\(file.entry)` and `\(other.entry)` of the catalog ask for them",
      "paths that differ only in letter case, or where one is a folder of the other, are one place",
    ]
    return diagnostic
  }
}
