import IgniteGenerator

/// The files of a change set as a tree whose folders can be closed.
struct FileTree: Sendable {
  /// One line of the tree.
  struct Row: Sendable, Hashable {
    /// The path from the target, without a last slash.
    var path: String
    /// The last part of the path.
    var name: String
    /// How deep it lies.
    var depth: Int
    /// The number of the change; absent for a folder.
    var change: Int?
    /// Whether the folder is open.
    var isOpen = false
    /// What becomes of the files below the folder.
    var counts: [Change.Verdict: Int] = [:]
  }

  /// The lines that are seen.
  private(set) var rows: [Row] = []
  private var all: [Row] = []
  private var closed: Set<String> = []
  private var isSeeded = false

  /// Shows the files of a change set whose path holds a text, in the order of file managers.
  mutating func show(_ changes: [Change], filter: String, showsUnchanged: Bool) {
    let wanted = filter.lowercased()
    let root = Folder()
    for (number, change) in changes.enumerated() {
      guard showsUnchanged || change.verdict != .unchanged else { continue }
      guard wanted.isEmpty || change.path.lowercased().contains(wanted) else { continue }
      root.insert(change.path.split(separator: "/").map(String.init)[...], number, change.verdict)
    }
    all = []
    root.list(path: "", depth: 0, into: &all)
    if !isSeeded, !all.isEmpty { seed() }
    isFiltered = !wanted.isEmpty
    open()
  }

  private var isFiltered = false

  /// Large trees begin with their deeper folders closed.
  private mutating func seed() {
    isSeeded = true
    guard all.count > 60 else { return }
    closed = Set(all.filter { $0.change == nil && $0.depth >= 1 }.map(\.path))
  }

  /// Opens or closes a folder.
  mutating func set(_ path: String, isOpen: Bool) {
    if isOpen { closed.remove(path) } else { closed.insert(path) }
    open()
  }

  /// Opens the folders above a file.
  mutating func reveal(_ path: String) {
    var parts = path.split(separator: "/").dropLast()
    while !parts.isEmpty {
      closed.remove(parts.joined(separator: "/"))
      parts = parts.dropLast()
    }
    open()
  }

  private mutating func open() {
    rows = []
    var hidden: Int?
    for var row in all {
      if let depth = hidden, row.depth > depth { continue }
      hidden = nil
      if row.change == nil {
        row.isOpen = isFiltered || !closed.contains(row.path)
        if !row.isOpen { hidden = row.depth }
      }
      rows.append(row)
    }
  }

  /// A folder while the tree grows.
  private final class Folder {
    var folders: [String: Folder] = [:]
    var files: [(name: String, change: Int)] = []
    var counts: [Change.Verdict: Int] = [:]

    func insert(_ parts: ArraySlice<String>, _ number: Int, _ verdict: Change.Verdict) {
      var folder = self
      folder.counts[verdict, default: 0] += 1
      for part in parts.dropLast() {
        let next = folder.folders[part] ?? Folder()
        folder.folders[part] = next
        folder = next
        folder.counts[verdict, default: 0] += 1
      }
      if let name = parts.last { folder.files.append((name, number)) }
    }

    func list(path: String, depth: Int, into rows: inout [Row]) {
      for (name, folder) in folders.sorted(by: { $0.key < $1.key }) {
        let path = path.isEmpty ? name : path + "/" + name
        rows.append(Row(path: path, name: name, depth: depth, counts: folder.counts))
        folder.list(path: path, depth: depth + 1, into: &rows)
      }
      for file in files.sorted(by: { $0.name < $1.name }) {
        let path = path.isEmpty ? file.name : path + "/" + file.name
        rows.append(Row(path: path, name: file.name, depth: depth, change: file.change))
      }
    }
  }
}
