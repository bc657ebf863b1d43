import IgniteModel
import IgniteSyntax

/// Draws the part of a laid out graph that a pane shows.
struct GraphDrawing {
  /// How a box or line stands out.
  enum Emphasis: Hashable, Sendable {
    case plain
    case lifted
    /// Reached in a second way.
    case touched
    case dimmed
    case hidden
  }

  /// What stands out.
  struct Look {
    var selected: Int
    var isFocused: Bool
    var nodes: [Emphasis]
    var links: [Emphasis]
  }

  /// One cell of lines while they are joined.
  private struct LineCell {
    var sides: UInt8 = 0
    var isCall = false
    var role = Role.edgeDimmed
    var rank = 0
  }

  let scene: GraphScene
  let layout: GraphLayout
  let zoom: GraphScene.Zoom
  let origin: Point
  let area: Rect
  let look: Look
  private var cells: [LineCell] = []
  /// The cells of the heads that point to the left.
  private let headsLeft: Set<Point>

  init(
    scene: GraphScene, layout: GraphLayout, zoom: GraphScene.Zoom, origin: Point, area: Rect,
    look: Look
  ) {
    self.scene = scene
    self.layout = layout
    self.zoom = zoom
    self.origin = origin
    self.area = area
    self.look = look
    headsLeft = Set(layout.heads.lazy.filter { !$0.pointsRight }.map { Point(x: $0.x, y: $0.y) })
  }

  mutating func draw(on surface: inout Surface) {
    if area.isEmpty { return }
    cells = Array(repeating: LineCell(), count: area.width * area.height)
    for stretch in layout.stretches { join(stretch) }
    drawLines(on: &surface)
    for box in layout.boxes where isSeen(box) { draw(box, on: &surface) }
    for head in layout.heads { draw(head, on: &surface) }
  }

  private func style(of links: [Int]) -> (role: Role, rank: Int)? {
    var best: (role: Role, rank: Int)?
    for link in links {
      let found = style(of: link)
      if found.rank > (best?.rank ?? 0) { best = found }
    }
    return best
  }

  private func style(of link: Int) -> (role: Role, rank: Int) {
    let isWrong = scene.isWrong[link]
    switch look.links[link] {
    case .hidden: return (.edgeDimmed, 0)
    case .dimmed: return (.edgeDimmed, 1)
    case .lifted, .touched: return (isWrong ? .edgeBroken : .edgeHighlighted, 5)
    case .plain:
      if isWrong { return (.edgeBroken, 4) }
      return scene.links[link].isCall ? (.edge, 3) : (.edgeEvent, 2)
    }
  }

  private mutating func join(_ stretch: GraphLayout.Stretch) {
    let (left, right) = (stretch.fromX - origin.x, stretch.toX - origin.x)
    let (top, bottom) = (stretch.fromY - origin.y, stretch.toY - origin.y)
    guard right >= 0, left < area.width, bottom >= 0, top < area.height else { return }
    guard let style = style(of: stretch.links) else { return }
    if top == bottom {
      for x in max(left, 0)...max(min(right, area.width - 1), max(left, 0)) {
        join(x, top, (x > left ? 8 : 0) | (x < right ? 2 : 0), stretch.isCall, style)
      }
    } else {
      for y in max(top, 0)...max(min(bottom, area.height - 1), max(top, 0)) {
        join(left, y, (y > top ? 1 : 0) | (y < bottom ? 4 : 0), stretch.isCall, style)
      }
    }
  }

  private mutating func join(
    _ x: Int, _ y: Int, _ sides: UInt8, _ isCall: Bool, _ style: (role: Role, rank: Int)
  ) {
    let place = y * area.width + x
    cells[place].sides |= sides
    cells[place].isCall = cells[place].isCall || isCall
    if style.rank > cells[place].rank {
      cells[place].role = style.role
      cells[place].rank = style.rank
    }
  }

  private func drawLines(on surface: inout Surface) {
    let joints = surface.glyphs.isASCII ? Self.asciiJoints : Self.joints
    for y in 0..<area.height {
      for x in 0..<area.width {
        let cell = cells[y * area.width + x]
        if cell.sides == 0 { continue }
        let glyph = Self.glyph(cell.sides, cell.isCall, joints, surface.glyphs)
        surface.put(Cell(glyph, role: cell.role), area.x + x, area.y + y)
      }
    }
  }

  /// The joints by the sides they reach: up 1, right 2, down 4, left 8.
  private static let joints: [Unicode.Scalar] = Array(" ╵╶└╷│┌├╴┘─┴┐┤┬┼".unicodeScalars)
  private static let asciiJoints: [Unicode.Scalar] = Array(" |-+||++-+-+++++".unicodeScalars)

  private static func glyph(
    _ sides: UInt8, _ isCall: Bool, _ joints: [Unicode.Scalar], _ glyphs: GlyphSet
  ) -> Unicode.Scalar {
    if sides & 10 == 0 { return glyphs.isASCII ? (isCall ? "|" : ":") : isCall ? "│" : "┆" }
    if sides & 5 == 0 { return glyphs.isASCII ? (isCall ? "-" : ".") : isCall ? "─" : "┄" }
    return joints[Int(sides & 15)]
  }

  private func isSeen(_ box: GraphLayout.Box) -> Bool {
    box.x + box.width > origin.x && box.x < origin.x + area.width
      && box.y + zoom.height > origin.y && box.y < origin.y + area.height
  }

  private func place(_ x: Int, _ y: Int) -> Point {
    Point(x: x - origin.x + area.x, y: y - origin.y + area.y)
  }

  private func draw(_ head: GraphLayout.Head, on surface: inout Surface) {
    let point = place(head.x, head.y)
    guard area.contains(point), let style = style(of: head.links) else { return }
    // Of heads in one cell the one that stands out most is seen.
    if style.rank < cells[(point.y - area.y) * area.width + point.x - area.x].rank { return }
    let glyphs = surface.glyphs
    let glyph: Unicode.Scalar =
      switch (glyphs.isASCII, head.pointsRight, head.isCall) {
      case (true, true, _): ">"
      case (true, false, _): "<"
      case (false, true, true): "▶"
      case (false, true, false): "▷"
      case (false, false, true): "◀"
      case (false, false, false): "◁"
      }
    surface.put(Cell(glyph, role: style.role), point.x, point.y)
  }

  private func role(of node: Int) -> Role {
    let kind = scene.nodes[node].kind
    switch look.nodes[node] {
    case .dimmed, .hidden: return .nodeDimmed
    case .lifted: return kind == .missing ? .edgeBroken : .nodeHighlighted
    case .touched: return .warning
    case .plain: break
    }
    switch kind {
    case .service: return scene.nodes[node].isInCycle ? .edgeBroken : .nodeService
    case .store: return .nodeStore
    case .bus: return .nodeBus
    case .external: return .nodeExternal
    case .missing: return .edgeBroken
    }
  }

  private func draw(_ box: GraphLayout.Box, on surface: inout Surface) {
    let isChosen = box.node == look.selected
    let role: Role = isChosen ? .nodeHighlighted : role(of: box.node)
    let origin = place(box.x, box.y)
    let cells = Rect(x: origin.x, y: origin.y, width: box.width, height: zoom.height)
    switch zoom {
    case .full: drawFrame(box.node, cells, role, on: &surface)
    case .name: drawName(box.node, origin, role, on: &surface)
    case .dot:
      surface.write(
        dot(of: box.node, surface.glyphs), at: origin, role: role, in: area)
    }
    if isChosen {
      surface.mark(look.isFocused ? [.selected, .strong] : .strong, in: cells.clamped(to: area))
    }
  }

  private func dot(of node: Int, _ glyphs: GlyphSet) -> String {
    switch scene.nodes[node].kind {
    case .service: glyphs.isASCII ? "o" : "●"
    case .store: glyphs.isASCII ? "=" : "▤"
    case .bus: glyphs.isASCII ? "%" : "◆"
    case .external: glyphs.isASCII ? "@" : "◌"
    case .missing: glyphs.ballot
    }
  }

  private func drawName(
    _ node: Int, _ origin: Point, _ role: Role, on surface: inout Surface
  ) {
    let (open, close) = Self.brackets(of: scene.nodes[node].kind)
    let name = VisibleText.line(scene.nodes[node].name)
    surface.write(open + name + close, at: origin, role: role, in: area)
  }

  private static func brackets(of kind: GraphScene.Node.Kind) -> (String, String) {
    switch kind {
    case .service: ("[", "]")
    case .store: ("(", ")")
    case .bus: ("<", ">")
    case .external: ("{", "}")
    case .missing: ("!", "!")
    }
  }

  private func drawFrame(_ number: Int, _ cells: Rect, _ role: Role, on surface: inout Surface) {
    let node = scene.nodes[number]
    let border = border(of: node.kind, surface.glyphs)
    let line = String(repeating: border[1], count: max(cells.width - 2, 0))
    let right = leavesRight(cells) ? border[6] : border[3]
    let space = String(repeating: " ", count: max(cells.width - 2, 0))
    let rows = [
      "\(border[0])\(line)\(border[2])", "\(border[3])\(space)\(right)",
      "\(border[4])\(line)\(border[5])",
    ]
    for (number, row) in rows.enumerated() {
      // A frame that is cut by the pane's edge needs no ellipsis.
      let seen = row.prefix(max(area.maxX - cells.x, 0))
      surface.write(seen, at: Point(x: cells.x, y: cells.y + number), role: role, in: area)
    }
    surface.write(node.name, at: Point(x: cells.x + 2, y: cells.y + 1), role: role, in: area)
    let small: Role = look.nodes[number] == .dimmed ? .nodeDimmed : .muted
    if !node.type.isEmpty {
      surface.write(
        " \(node.type) ", at: Point(x: cells.x + 1, y: cells.y), role: small, in: area)
    }
    if !node.store.isEmpty {
      let x = cells.maxX - TextWidth.of(node.store) - 3
      surface.write(" \(node.store) ", at: Point(x: x, y: cells.y + 2), role: .nodeStore, in: area)
    }
  }

  private func leavesRight(_ box: Rect) -> Bool {
    let (x, y) = (box.maxX - area.x, box.y + 1 - area.y)
    guard x >= 0, x < area.width, y >= 0, y < area.height else { return false }
    let cell = cells[y * area.width + x]
    return cell.sides != 0 && !isHeadLeft(box)
  }

  private func isHeadLeft(_ box: Rect) -> Bool {
    let (x, y) = (box.maxX - area.x + origin.x, box.y + 1 - area.y + origin.y)
    return headsLeft.contains(Point(x: x, y: y))
  }

  private func border(of kind: GraphScene.Node.Kind, _ glyphs: GlyphSet) -> [Character] {
    switch (glyphs.isASCII, kind) {
    case (false, .external), (false, .missing): Array("╭╌╮┊╰╯┊")
    case (false, .store): Array("╭─╮│╰╯├")
    case (false, .bus): Array("╔═╗║╚╝╟")
    case (false, .service): Array("┌─┐│└┘├")
    case (true, .external), (true, .missing): Array("/.\\:\\/:")
    case (true, _): Array("+-+|+++")
    }
  }
}
