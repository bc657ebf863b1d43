import IgniteGenerator
import IgniteSyntax

/// The files that would be written, what becomes of each, and what is in them.
struct FilesPane: Sendable {
  /// What takes the keys.
  private enum Place: Hashable, Sendable {
    case tree
    case file
    /// A text that is being typed to look for.
    case search
  }

  private(set) var changes: [Change] = []
  private var summary: [(verdict: Change.Verdict, count: Int)] = []
  private var tree = FileTree()
  private var view: FileView?
  private var mode = FileView.Mode.contents
  private var place = Place.tree
  private var searchesFile = false
  private var search = TextDraft()
  private var hits: [Int] = []
  private var showsUnchanged = true
  private(set) var selected = 0
  private var treeScroll = Scroll()
  private var fileScroll = Scroll()
  private var left = 0
  private var treeHeight = 1
  private var fileHeight = 1
  private var treeArea = Rect(width: 0, height: 0)
  private var readings = FileReadings()

  /// Whether a text is being typed, so that letters are no commands.
  var isTyping: Bool { place == .search }

  /// Shows what is to be done; the chosen file stays chosen.
  mutating func show(_ set: ChangeSet) {
    let path = current?.path
    changes = set.changes
    summary = Change.Verdict.allCases.map { ($0, set.count($0)) }.filter { $0.1 > 0 }
    readings.renew()
    list(keeping: path)
  }

  /// Takes files as they would be written.
  mutating func take(_ files: [FileReading]) {
    for file in files { readings.take(file) }
    look()
  }

  /// The files that are in view and not read yet, each only once.
  mutating func takeWanted() -> [Change] { readings.takeWanted() }

  private mutating func list(keeping path: String?) {
    tree.show(
      changes, filter: searchesFile ? "" : search.text, showsUnchanged: showsUnchanged)
    let same = path.flatMap { path in tree.rows.firstIndex { $0.path == path } }
    selected = same ?? min(selected, max(tree.rows.count - 1, 0))
    look()
  }

  /// Chooses the file of a path, if there is one.
  mutating func select(_ path: String) {
    tree.reveal(path)
    guard let row = tree.rows.firstIndex(where: { $0.path == path }) else { return }
    selected = row
    look()
  }

  private var current: FileTree.Row? {
    tree.rows.indices.contains(selected) ? tree.rows[selected] : nil
  }

  /// The change of the chosen file.
  var change: Change? { current?.change.map { changes[$0] } }

  private mutating func look() {
    guard let change else {
      view = nil
      return
    }
    if view?.change.path != change.path {
      fileScroll.move(to: 0)
      left = 0
    }
    guard let read = readings.read(change) else {
      // What was shown of the file before stays until it is read again.
      if view?.change.path != change.path { view = nil }
      return
    }
    if view?.change == read, view?.mode == mode { return }
    view = FileView(read, mode: mode)
    hits = searchesFile ? view?.lines(holding: search.text) ?? [] : []
  }
}

extension FilesPane {
  /// Takes a key; nothing when it means nothing here.
  mutating func handle(_ key: Key) -> [PaneRequest]? {
    if place == .search { return handleSearch(key) }
    guard key.modifiers.isEmpty else { return nil }
    if case .character(let letter) = key.code, let done = handleCommon(letter) { return done }
    return place == .tree ? handleTree(key.code) : handleFile(key.code)
  }

  private mutating func handleCommon(_ letter: Character) -> [PaneRequest]? {
    switch letter {
    case "v":
      mode = FileView.Mode(rawValue: mode.rawValue + 1) ?? .contents
      fileScroll.move(to: 0)
      look()
    case "/":
      searchesFile = place == .file
      search = TextDraft()
      hits = []
      place = .search
    case "a" where place == .tree:
      let path = current?.path
      showsUnchanged.toggle()
      list(keeping: path)
    case "M": return settle(.keep)
    case "O": return settle(.overwrite)
    case "B": return settle(.sideBySide)
    case "y": return current.map { [.copy($0.path)] } ?? []
    default: return nil
    }
    return []
  }

  private func settle(_ resolution: ConflictResolution) -> [PaneRequest]? {
    guard let change, change.verdict == .conflict else { return [] }
    return [.resolveConflict(path: change.path, resolution)]
  }

  private mutating func handleTree(_ code: KeyCode) -> [PaneRequest]? {
    switch code {
    case .up, .character("k"): return choose(selected - 1)
    case .down, .character("j"): return choose(selected + 1)
    case .pageUp: return choose(selected - treeHeight)
    case .pageDown: return choose(selected + treeHeight)
    case .home, .character("g"): return choose(0)
    case .end, .character("G"): return choose(tree.rows.count - 1)
    case .right, .character("l"): return open()
    case .enter, .character(" "): return toggle()
    case .left, .character("h"): return close()
    case .escape where !search.isEmpty:
      search = TextDraft()
      list(keeping: current?.path)
      return []
    default: return nil
    }
  }

  private mutating func choose(_ row: Int) -> [PaneRequest] {
    selected = min(max(row, 0), max(tree.rows.count - 1, 0))
    look()
    return []
  }

  private mutating func open() -> [PaneRequest] {
    guard let current else { return [] }
    if current.change != nil {
      place = .file
    } else if current.isOpen {
      return choose(selected + 1)
    } else {
      tree.set(current.path, isOpen: true)
    }
    return []
  }

  private mutating func toggle() -> [PaneRequest] {
    guard let current, current.change == nil, current.isOpen else { return open() }
    tree.set(current.path, isOpen: false)
    return []
  }

  private mutating func close() -> [PaneRequest]? {
    guard let current else { return nil }
    if current.change == nil, current.isOpen {
      tree.set(current.path, isOpen: false)
      return []
    }
    guard current.depth > 0 else { return nil }
    let parent = tree.rows[..<selected].lastIndex { $0.depth < current.depth }
    return choose(parent ?? 0)
  }

  private mutating func handleFile(_ code: KeyCode) -> [PaneRequest]? {
    switch code {
    case .up, .character("k"): return scroll(by: -1)
    case .down, .character("j"): return scroll(by: 1)
    case .pageUp: return scroll(by: -fileHeight)
    case .pageDown, .character(" "): return scroll(by: fileHeight)
    case .home, .character("g"): return scroll(by: -(view?.count ?? 0))
    case .end, .character("G"): return scroll(by: view?.count ?? 0)
    case .right, .character("l"): left += 8
    case .left, .character("h"):
      if left == 0 { place = .tree }
      left = max(left - 8, 0)
    case .character("n"): return goToHit(forward: true)
    case .character("N"): return goToHit(forward: false)
    case .escape, .enter: place = .tree
    default: return nil
    }
    return []
  }

  private mutating func scroll(by rows: Int) -> [PaneRequest] {
    fileScroll.move(by: rows, height: fileHeight, count: view?.count ?? 0)
    return []
  }

  private mutating func goToHit(forward: Bool) -> [PaneRequest] {
    let next =
      forward
      ? hits.first { $0 > fileScroll.top } ?? hits.first
      : hits.last { $0 < fileScroll.top } ?? hits.last
    if let next { fileScroll.move(to: next) }
    return []
  }

  private mutating func handleSearch(_ key: Key) -> [PaneRequest]? {
    switch key.code {
    case .enter, .escape:
      if key.code == .escape { search = TextDraft() }
      place = searchesFile ? .file : .tree
      searched()
      if searchesFile { _ = goToHit(forward: true) }
      return []
    default:
      guard search.handle(key) else { return nil }
      searched()
      return []
    }
  }

  private mutating func searched() {
    if searchesFile {
      hits = view?.lines(holding: search.text) ?? []
    } else {
      list(keeping: current?.path)
    }
  }

  /// Takes a pasted text while one is typed.
  mutating func paste(_ text: String) -> [PaneRequest]? {
    guard place == .search else { return nil }
    search.insert(text)
    searched()
    return []
  }

  /// Takes the mouse over the pane.
  mutating func handle(_ mouse: MouseEvent, in area: Rect) -> [PaneRequest]? {
    let isTree = treeArea.contains(mouse.point)
    switch mouse.kind {
    case .wheelUp: return isTree ? choose(selected - 3) : scroll(by: -3)
    case .wheelDown: return isTree ? choose(selected + 3) : scroll(by: 3)
    case .press:
      place = isTree ? .tree : .file
      let row = treeScroll.top + mouse.point.y - treeArea.y
      guard isTree, tree.rows.indices.contains(row) else { return [] }
      if row == selected { return toggle() }
      return choose(row)
    default: return nil
    }
  }
}

extension FilesPane {
  /// Draws the tree and, where there is room, the chosen file beside or below it.
  mutating func draw(in area: Rect, on surface: inout Surface, isFocused: Bool) {
    if changes.isEmpty {
      surface.write(
        "Nothing to write yet.", at: Point(x: area.x + 2, y: area.y + 1), role: .muted, in: area)
      return
    }
    let (head, body) = area.split(top: 1)
    drawSummary(in: head, on: &surface)
    let isBeside = body.width >= 90
    let isBelow = !isBeside && body.height >= 30
    if isBeside {
      let (tree, file) = body.split(left: min(body.width * 2 / 5, 50))
      surface.verticalLine(from: file.origin, height: file.height)
      drawTree(in: tree, on: &surface, isFocused: isFocused)
      drawFile(in: file.split(left: 1).right, on: &surface, isFocused: isFocused)
    } else if isBelow {
      let (tree, file) = body.split(top: body.height * 2 / 5)
      drawTree(in: tree, on: &surface, isFocused: isFocused)
      drawFile(in: file, on: &surface, isFocused: isFocused)
    } else if place == .file || (place == .search && searchesFile) {
      treeArea = Rect(width: 0, height: 0)
      drawFile(in: body, on: &surface, isFocused: isFocused)
    } else {
      drawTree(in: body, on: &surface, isFocused: isFocused)
    }
  }

  private func drawSummary(in area: Rect, on surface: inout Surface) {
    if place == .search {
      let label = searchesFile ? "find: " : "files with: "
      let x =
        area.x + 1
        + surface.write(
          label, at: Point(x: area.x + 1, y: area.y), role: .accent, in: area)
      surface.write(search.text, at: Point(x: x, y: area.y), role: .inputFocused, in: area)
      let before = String(search.text.unicodeScalars.prefix(search.cursor))
      surface.cursor = Point(x: min(x + TextWidth.of(before), area.maxX - 1), y: area.y)
      return
    }
    var x = area.x + 1
    for (verdict, count) in summary {
      let text = "\(verdict.letter(surface.glyphs)) \(count) \(verdict.title)  "
      x += surface.write(text, at: Point(x: x, y: area.y), role: verdict.role, in: area)
    }
  }

  private mutating func drawTree(in area: Rect, on surface: inout Surface, isFocused: Bool) {
    treeArea = area
    treeHeight = max(area.height, 1)
    treeScroll.reveal(selected, height: area.height, count: tree.rows.count)
    let visible = treeScroll.visible(height: area.height, count: tree.rows.count)
    for (row, number) in visible.enumerated() {
      let line = area.row(row)
      draw(tree.rows[number], in: line.split(right: 1).left, on: &surface)
      guard number == selected else { continue }
      surface.mark(isFocused && place != .file ? .selected : .strong, in: line)
    }
    ScrollBar(top: treeScroll.top, count: tree.rows.count)
      .draw(in: area.split(right: 1).right, on: &surface)
  }

  private mutating func draw(_ row: FileTree.Row, in area: Rect, on surface: inout Surface) {
    let x = area.x + 1 + 2 * row.depth
    guard let number = row.change else { return drawFolder(row, x, area, &surface) }
    let change = changes[number]
    let detail = readings.lineCounts(of: change).map(Self.text) ?? ""
    let (left, right) = area.split(right: detail.utf8.count + 1)
    surface.write(
      change.verdict.letter(surface.glyphs), at: Point(x: x, y: area.y),
      role: change.resolution == nil ? change.verdict.role : .muted, in: left)
    surface.write(
      row.name, at: Point(x: x + 2, y: area.y),
      role: change.verdict == .unchanged ? .muted : .text, in: left)
    surface.write(detail, at: Point(x: right.x + 1, y: area.y), role: .muted, in: right)
  }

  private func drawFolder(
    _ row: FileTree.Row, _ x: Int, _ area: Rect, _ surface: inout Surface
  ) {
    let mark = row.isOpen ? surface.glyphs.expanded : surface.glyphs.collapsed
    var place =
      x
      + surface.write(
        "\(mark) ", at: Point(x: x, y: area.y), role: .muted, in: area)
    place += surface.write(
      row.name + "/ ", at: Point(x: place, y: area.y), role: .heading, in: area)
    if row.isOpen { return }
    for verdict in Change.Verdict.allCases {
      guard let count = row.counts[verdict] else { continue }
      place += surface.write(
        " \(verdict.letter(surface.glyphs))\(count)", at: Point(x: place, y: area.y),
        role: verdict.role, in: area)
    }
  }

  private static func text(_ counts: (added: Int, removed: Int)) -> String {
    [
      counts.added > 0 ? "+\(counts.added)" : "", counts.removed > 0 ? "-\(counts.removed)" : "",
    ].filter { !$0.isEmpty }.joined(separator: " ")
  }

  private mutating func drawFile(in area: Rect, on surface: inout Surface, isFocused: Bool) {
    guard let view, area.height > 1 else {
      if change == nil { drawFolderFacts(in: area, on: &surface) }
      return
    }
    let (head, page) = area.split(top: 1)
    fileHeight = max(page.height, 1)
    fileScroll.settle(height: page.height, count: view.count)
    surface.fill(head, role: .statusBar)
    let verdict = view.change.verdict
    let reason = view.change.reason.isEmpty ? "" : " (\(view.change.reason))"
    let title = " \(view.change.path)  \(verdict.title)\(reason)"
    let tail = " \(mode.title) "
    let (name, right) = head.split(right: tail.utf8.count)
    surface.write(title, at: name.origin, role: .statusBar, in: name)
    surface.write(tail, at: right.origin, role: .statusBar, in: right)
    let lines = page.split(right: 1).left
    let visible = fileScroll.visible(height: page.height, count: view.count)
    for (row, number) in visible.enumerated() {
      view.draw(line: number, from: left, in: lines.row(row), on: &surface)
      if !hits.isEmpty, hits.contains(number) { surface.mark(.matched, in: lines.row(row)) }
    }
    ScrollBar(top: fileScroll.top, count: view.count)
      .draw(in: page.split(right: 1).right, on: &surface)
    if verdict == .conflict {
      drawConflict(view.change, in: page.row(page.height - 1), on: &surface)
    }
  }

  /// What can be decided, with a mark at what was: ` ✓ M keep mine   O overwrite`.
  private func drawConflict(_ change: Change, in area: Rect, on surface: inout Surface) {
    let answers: [(String, ConflictResolution)] = [
      ("M keep mine", .keep), ("O overwrite", .overwrite),
      ("B write the new one beside", .sideBySide),
    ]
    let text = answers.map { title, answer in
      change.resolution == answer ? "\(surface.glyphs.check) \(title)" : title
    }
    surface.fill(area, role: .conflict)
    surface.write(
      " " + text.joined(separator: "   "), at: area.origin, role: .conflict, in: area)
  }

  private func drawFolderFacts(in area: Rect, on surface: inout Surface) {
    guard let current, area.height > 1 else { return }
    surface.write(
      current.path + "/", at: Point(x: area.x + 1, y: area.y + 1), role: .heading, in: area)
    var y = area.y + 2
    for verdict in Change.Verdict.allCases {
      guard let count = current.counts[verdict], y < area.maxY else { continue }
      surface.write(
        "\(verdict.letter(surface.glyphs)) \(count) \(verdict.title)",
        at: Point(x: area.x + 1, y: y), role: verdict.role, in: area)
      y += 1
    }
  }
}

extension Change {
  /// What was decided about a conflict, if that was.
  var resolution: ConflictResolution? {
    guard verdict == .conflict else { return nil }
    return switch effect {
    case .write: .overwrite
    case .writeBeside: .sideBySide
    default: isOpenConflict ? nil : .keep
    }
  }
}

extension Change.Verdict {
  /// The one character that stands for it in a tree.
  func letter(_ glyphs: GlyphSet) -> String {
    switch self {
    case .create: "+"
    case .update: "~"
    case .merged: "m"
    case .unchanged: glyphs.dot
    case .kept: "k"
    case .deleted: "d"
    case .conflict: "!"
    case .orphaned: "-"
    }
  }

  /// The word for it.
  var title: String {
    switch self {
    case .create: "new"
    case .update: "changed"
    case .unchanged: "same"
    case .kept: "kept as you changed it"
    case .deleted: "deleted by you"
    case .merged, .conflict, .orphaned: rawValue
    }
  }

  /// The role of its letter.
  var role: Role {
    switch self {
    case .create: .added
    case .update, .merged: .changed
    case .unchanged, .kept, .deleted: .muted
    case .conflict: .conflict
    case .orphaned: .removed
    }
  }
}
