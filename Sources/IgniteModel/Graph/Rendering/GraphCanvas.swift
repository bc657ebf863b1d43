import IgniteSyntax

/// A grid of cells on which lines join where they meet.
struct GraphCanvas {
  /// What a cell shows.
  private enum Cell {
    case empty
    case line(Directions, isCall: Bool)
    case glyph(Character)
    /// The cell is covered by a wide character on its left.
    case covered
  }

  /// The sides of a cell that a line reaches.
  private struct Directions: OptionSet {
    let rawValue: UInt8
    static let up = Directions(rawValue: 1)
    static let right = Directions(rawValue: 2)
    static let down = Directions(rawValue: 4)
    static let left = Directions(rawValue: 8)
  }

  private let layout: GraphLayout
  private let style: GraphPicture.Style
  private var rows: [[Cell]]
  /// The cells of the heads that point to the left.
  private let headsLeft: Set<[Int]>

  init(layout: GraphLayout, style: GraphPicture.Style) {
    self.layout = layout
    self.style = style
    headsLeft = Set(layout.heads.lazy.filter { !$0.pointsRight }.map { [$0.x, $0.y] })
    rows = Array(
      repeating: Array(repeating: .empty, count: max(layout.width, 0)), count: layout.height)
  }

  /// The drawing without spaces at line ends.
  var lines: [String] {
    rows.map { row in
      let end = (row.lastIndex { !isBlank($0) } ?? -1) + 1
      return row[..<end].reduce(into: "") { $0 += text(of: $1) }
    }
  }

  private func isBlank(_ cell: Cell) -> Bool {
    switch cell {
    case .empty, .glyph(" "): true
    case .glyph, .line, .covered: false
    }
  }

  mutating func draw(_ view: GraphView) {
    for stretch in layout.stretches { draw(stretch) }
    for box in layout.boxes {
      draw(box, title: view.titles[box.node], isExternal: view.isExternal[box.node])
    }
    for head in layout.heads.sorted(by: { !$0.isCall && $1.isCall }) {
      set(head.x, head.y, .glyph(glyph(of: head)))
    }
  }

  private mutating func draw(_ stretch: GraphLayout.Stretch) {
    if stretch.fromY == stretch.toY {
      for x in stretch.fromX...max(stretch.toX, stretch.fromX) {
        var sides: Directions = []
        if x > stretch.fromX { sides.insert(.left) }
        if x < stretch.toX { sides.insert(.right) }
        join(x, stretch.fromY, sides, isCall: stretch.isCall)
      }
    } else {
      for y in stretch.fromY...max(stretch.toY, stretch.fromY) {
        var sides: Directions = []
        if y > stretch.fromY { sides.insert(.up) }
        if y < stretch.toY { sides.insert(.down) }
        join(stretch.fromX, y, sides, isCall: stretch.isCall)
      }
    }
  }

  private mutating func join(_ x: Int, _ y: Int, _ sides: Directions, isCall: Bool) {
    guard rows.indices.contains(y), rows[y].indices.contains(x) else { return }
    if case .line(let known, let wasCall) = rows[y][x] {
      rows[y][x] = .line(known.union(sides), isCall: isCall || wasCall)
    } else {
      rows[y][x] = .line(sides, isCall: isCall)
    }
  }

  private mutating func draw(_ box: GraphLayout.Box, title: String, isExternal: Bool) {
    let border = border(isExternal: isExternal)
    let end = box.x + box.width - 1
    for x in box.x...end {
      set(x, box.y, .glyph(border[x == box.x ? 0 : x == end ? 2 : 1]))
      set(x, box.y + 1, .glyph(" "))
      set(x, box.y + 2, .glyph(border[x == box.x ? 4 : x == end ? 5 : 1]))
    }
    set(box.x, box.y + 1, .glyph(border[3]))
    set(end, box.y + 1, .glyph(leavesRight(box) ? border[6] : border[3]))
    write(title, box.x + 2, box.y + 1)
  }

  private func leavesRight(_ box: GraphLayout.Box) -> Bool {
    let (x, y) = (box.x + box.width, box.y + 1)
    guard rows.indices.contains(y), rows[y].indices.contains(x) else { return false }
    if case .line = rows[y][x] {
      return !headsLeft.contains([x, y])
    }
    return false
  }

  private func border(isExternal: Bool) -> [Character] {
    switch (style, isExternal) {
    case (.unicode, false): Array("┌─┐│└┘├")
    case (.unicode, true): Array("╭╌╮┊╰╯┊")
    case (.ascii, false): Array("+-+|+++")
    case (.ascii, true): Array("/.\\:\\/:")
    }
  }

  private mutating func write(_ text: String, _ x: Int, _ y: Int) {
    var x = x
    for character in text {
      let width = TextWidth.of(String(character))
      set(x, y, .glyph(character))
      if width == 2 { set(x + 1, y, .covered) }
      x += max(width, 1)
    }
  }

  private mutating func set(_ x: Int, _ y: Int, _ cell: Cell) {
    guard rows.indices.contains(y), rows[y].indices.contains(x) else { return }
    rows[y][x] = cell
  }

  private func text(of cell: Cell) -> String {
    switch cell {
    case .empty: " "
    case .covered: ""
    case .glyph(let character): String(character)
    case .line(let sides, let isCall): String(glyph(of: sides, isCall: isCall))
    }
  }

  private func glyph(of head: GraphLayout.Head) -> Character {
    guard style == .unicode else { return head.pointsRight ? ">" : "<" }
    if head.pointsRight { return head.isCall ? "▶" : "▷" }
    return head.isCall ? "◀" : "◁"
  }

  private func glyph(of sides: Directions, isCall: Bool) -> Character {
    let isUpright = sides.isSubset(of: [.up, .down])
    let isLevel = sides.isSubset(of: [.left, .right])
    if style == .ascii {
      return isUpright ? (isCall ? "|" : ":") : isLevel ? (isCall ? "-" : ".") : "+"
    }
    if isUpright { return isCall ? "│" : "┆" }
    if isLevel { return isCall ? "─" : "┄" }
    return Self.joints[Int(sides.rawValue)]
  }

  /// The joints by the sides they reach: up 1, right 2, down 4, left 8.
  private static let joints: [Character] = Array(" ╵╶└╷│┌├╴┘─┴┐┤┬┼")
}
