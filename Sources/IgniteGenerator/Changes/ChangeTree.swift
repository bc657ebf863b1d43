import IgniteSyntax

/// A change set drawn as the tree of the files that it is about:
/// ```
/// shop
/// ├── services
/// │   └── orders
/// │       └── src
/// │           └── main.rs   create    +42
/// └── Cargo.toml            update    +3 −1
/// 1 create, 1 update, 12 unchanged; +45 −1 lines
/// ```
public struct ChangeTree: Sendable {
  /// The characters that a tree is drawn with.
  public enum Style: Sendable {
    /// Box drawing.
    case unicode
    /// For terminals and files that have only ASCII.
    case ascii

    fileprivate var marks: (branch: String, last: String, bar: String, gap: String, minus: String) {
      switch self {
      case .unicode: ("├── ", "└── ", "│   ", "    ", "−")
      case .ascii: ("|-- ", "`-- ", "|   ", "    ", "-")
      }
    }
  }

  /// One line of the tree.
  public struct Row: Sendable {
    /// The branches before the name.
    public let indent: String
    /// The last part of the path, made harmless to a terminal.
    public let name: String
    /// What becomes of the file; absent for a folder.
    public let change: Change?
    /// The lines added and removed; zero for a folder.
    public let lines: (added: Int, removed: Int)
  }

  /// Longer names push their verdict to the right.
  private static let widestName = 60

  /// The lines below the target, in the order of their paths.
  public let rows: [Row]
  private let title: String
  private let style: Style
  private let counts: [(verdict: Change.Verdict, count: Int)]

  /// Draws the files of a change set; those that stay as the plan wants them only on demand.
  public init(
    _ changes: ChangeSet, title: String, style: Style = .unicode, showsUnchanged: Bool = false
  ) {
    self.title = title
    self.style = style
    counts = Change.Verdict.allCases.map { ($0, changes.count($0)) }.filter { $0.1 > 0 }
    let root = Node()
    for change in changes.changes where showsUnchanged || change.verdict != .unchanged {
      root.insert(change, change.path.split(separator: "/").map(String.init)[...])
    }
    var rows: [Row] = []
    root.draw("", style, into: &rows)
    self.rows = rows
  }

  /// The tree and a line that sums it up, with a final newline.
  public var text: String {
    let widest = rows.lazy.filter { $0.change != nil }.map { TextWidth.of($0.indent + $0.name) }
      .max()
    let column = min(widest ?? 0, Self.widestName) + 2
    var text = VisibleText.line(title) + "\n"
    for row in rows { text += line(row, column) + "\n" }
    return text + summary + "\n"
  }

  /// How many files have each verdict and how many lines change, on one line.
  public var summary: String {
    if counts.isEmpty { return "no files" }
    let total = rows.reduce(into: (0, 0)) { sum, row in
      sum = (sum.0 + row.lines.added, sum.1 + row.lines.removed)
    }
    let files = counts.map { "\($0.count) \($0.verdict.rawValue)" }.joined(separator: ", ")
    return total == (0, 0) ? files : "\(files); \(lines(total)) lines"
  }

  private func line(_ row: Row, _ column: Int) -> String {
    let name = row.indent + row.name
    guard let change = row.change else { return name }
    let padding = String(repeating: " ", count: max(column - TextWidth.of(name), 2))
    let verdict = change.verdict.rawValue
    let detail = [row.lines == (0, 0) ? "" : lines(row.lines), change.reason]
      .filter { !$0.isEmpty }.joined(separator: "  ")
    if detail.isEmpty { return name + padding + verdict }
    let gap = String(repeating: " ", count: max(11 - verdict.utf8.count, 1))
    return name + padding + verdict + gap + detail
  }

  private func lines(_ counts: (added: Int, removed: Int)) -> String {
    let parts = [
      counts.added > 0 ? "+\(counts.added)" : "",
      counts.removed > 0 ? "\(style.marks.minus)\(counts.removed)" : "",
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// A folder while the tree grows.
  private final class Node {
    private var names: [String] = []
    private var folders: [String: Node] = [:]
    private var files: [String: Change] = [:]

    func insert(_ change: Change, _ parts: ArraySlice<String>) {
      guard let name = parts.first else { return }
      if folders[name] == nil, files[name] == nil { names.append(name) }
      if parts.count == 1 {
        files[name] = change
      } else {
        let folder = folders[name] ?? Node()
        folders[name] = folder
        folder.insert(change, parts.dropFirst())
      }
    }

    func draw(_ indent: String, _ style: Style, into rows: inout [Row]) {
      // Folders first, as file managers show them.
      let sorted = names.sorted { first, second in
        let isFolder = (folders[first] != nil, folders[second] != nil)
        return isFolder.0 == isFolder.1 ? first < second : isFolder.0
      }
      for (place, name) in sorted.enumerated() {
        let isLast = place == sorted.count - 1
        let marks = style.marks
        let change = files[name]
        rows.append(
          Row(
            indent: indent + (isLast ? marks.last : marks.branch), name: VisibleText.line(name),
            change: change, lines: change?.lineCounts ?? (0, 0)))
        folders[name]?.draw(indent + (isLast ? marks.gap : marks.bar), style, into: &rows)
      }
    }
  }
}
