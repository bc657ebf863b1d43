import IgniteModel
import IgniteSyntax

/// The architecture as boxes and lines, to walk through and to ask what hangs together.
struct GraphPane: Sendable {
  /// What is lifted out of the rest.
  enum Emphasis: Hashable, Sendable {
    /// The neighbours of the chosen box.
    case neighbours
    /// The longest chain of services that wait for each other.
    case criticalPath
    /// What fails and what starves without the chosen service.
    case blastRadius
  }

  /// Which lines are drawn.
  enum Filter: Int, Hashable, Sendable, CaseIterable {
    case all
    case calls
    case events

    /// How the filter is called.
    var title: String {
      switch self {
      case .all: "all links"
      case .calls: "calls"
      case .events: "events"
      }
    }
  }

  private(set) var scene = GraphScene()
  private(set) var layout: GraphLayout?
  private(set) var zoom = GraphScene.Zoom.full
  private(set) var filter = Filter.all
  private(set) var emphasis = Emphasis.neighbours
  private(set) var showsData = false
  /// The number of the chosen box.
  private(set) var selected = 0
  /// The cell of the drawing in the top left corner of the pane.
  private(set) var origin = Point()

  /// The size for which the boxes were made as large as there is room.
  private var fitted: Size?
  private var content: GraphContent?
  private var boxes: [Int: GraphLayout.Box] = [:]
  private var follows = true
  /// Whether the person has chosen how much of each box is seen.
  private var isZoomChosen = false
  private var area = Rect(width: 0, height: 0)

  /// Shows a graph; the chosen service stays chosen where it is still there.
  mutating func show(_ content: GraphContent) {
    self.content = content
    rebuild()
  }

  /// Chooses the service of a name, if there is one.
  mutating func select(_ service: String) {
    if scene.nodes.indices.contains(selected), scene.nodes[selected].name == service,
      scene.nodes[selected].kind == .service
    {
      return
    }
    guard let number = scene.nodes.firstIndex(where: { $0.kind == .service && $0.name == service })
    else { return }
    select(number)
  }

  private mutating func rebuild() {
    guard let next = content?.scene(showsData: showsData) else { return }
    let chosen = scene.nodes.indices.contains(selected) ? scene.nodes[selected] : nil
    if next == scene, layout != nil { return }
    scene = next
    fitted = nil
    let same = scene.nodes.firstIndex { $0.kind == chosen?.kind && $0.name == chosen?.name }
    selected = same ?? min(selected, max(scene.nodes.count - 1, 0))
    arrange()
  }

  private mutating func arrange() {
    layout = scene.layout(zoom)
    boxes = [:]
    for box in layout?.boxes ?? [] { boxes[box.node] = box }
    follows = true
  }

  private mutating func select(_ number: Int) {
    selected = number
    follows = true
  }
}

extension GraphPane {
  /// Takes a key; nothing when it means nothing here.
  mutating func handle(_ key: Key) -> [PaneRequest]? {
    switch key.code {
    case .enter: return open()
    case .home: return walk { $0.select(0) }
    case .character(let letter) where key.modifiers.isEmpty: return handle(letter)
    case .up, .down, .left, .right:
      guard let step = Self.step(of: key.code) else { return nil }
      let pans = key.modifiers.contains(.shift)
      return walk { pans ? $0.pan(step) : $0.move(step) }
    case .pageUp: return walk { $0.pan((0, -$0.area.height / 6)) }
    case .pageDown: return walk { $0.pan((0, $0.area.height / 6)) }
    default: return nil
    }
  }

  private mutating func handle(_ letter: Character) -> [PaneRequest]? {
    switch letter {
    case "h", "j", "k", "l":
      guard let step = Self.step(of: letter) else { return nil }
      return walk { $0.move(step) }
    case "H", "J", "K", "L":
      guard let step = Self.step(of: Character(letter.lowercased())) else { return nil }
      return walk { $0.pan(step) }
    case "+", "=": return walk { $0.zoom(by: -1) }
    case "-": return walk { $0.zoom(by: 1) }
    case "z": return walk { $0.cycleZoom() }
    case "f": return walk { $0.cycleFilter() }
    case "c": return walk { $0.toggle(.criticalPath) }
    case "b": return walk { $0.toggle(.blastRadius) }
    case "d":
      return walk {
        $0.showsData.toggle()
        $0.rebuild()
      }
    case "y":
      return scene.nodes.indices.contains(selected) ? [.copy(scene.nodes[selected].name)] : []
    default: return nil
    }
  }

  /// Takes the mouse over the pane.
  mutating func handle(_ mouse: MouseEvent, in area: Rect) -> [PaneRequest]? {
    switch mouse.kind {
    case .wheelUp:
      return walk { mouse.modifiers.isEmpty ? $0.pan((0, -1)) : $0.zoom(by: -1) }
    case .wheelDown: return walk { mouse.modifiers.isEmpty ? $0.pan((0, 1)) : $0.zoom(by: 1) }
    case .press:
      guard let number = node(at: mouse.point, in: area) else { return [] }
      if number == selected { return open() }
      return walk { $0.select(number) }
    default: return nil
    }
  }

  private func node(at point: Point, in area: Rect) -> Int? {
    let (x, y) = (point.x - area.x + origin.x, point.y - area.y + origin.y)
    return layout?.boxes.first {
      ($0.x..<$0.x + $0.width).contains(x) && ($0.y..<$0.y + zoom.height).contains(y)
    }?.node
  }

  private mutating func walk(_ body: (inout GraphPane) -> Void) -> [PaneRequest] {
    body(&self)
    return []
  }

  private func open() -> [PaneRequest] {
    guard scene.nodes.indices.contains(selected) else { return [] }
    let node = scene.nodes[selected]
    return node.kind == .service || node.kind == .store ? [.goToService(node.name)] : []
  }

  private static func step(of code: KeyCode) -> (x: Int, y: Int)? {
    switch code {
    case .up: (0, -1)
    case .down: (0, 1)
    case .left: (-1, 0)
    case .right: (1, 0)
    default: nil
    }
  }

  private static func step(of letter: Character) -> (x: Int, y: Int)? {
    switch letter {
    case "k": (0, -1)
    case "j": (0, 1)
    case "h": (-1, 0)
    case "l": (1, 0)
    default: nil
    }
  }

  /// Chooses the nearest box in a direction; what lies straight ahead is nearer than what lies aside.
  private mutating func move(_ step: (x: Int, y: Int)) {
    guard let here = boxes[selected] else { return }
    let candidates = boxes.values.compactMap { box -> (far: Int, node: Int)? in
      let across = box.column - here.column
      let down = box.y - here.y
      if step.x != 0 {
        guard across.signum() == step.x else { return nil }
        return (abs(across) * 40 + abs(down), box.node)
      }
      guard across == 0, down.signum() == step.y else { return nil }
      return (abs(down), box.node)
    }
    guard let next = candidates.min(by: { $0 < $1 }) else { return }
    select(next.node)
  }

  private mutating func pan(_ step: (x: Int, y: Int)) {
    origin.x += step.x * 8
    origin.y += step.y * 3
    follows = false
  }

  private mutating func zoom(by step: Int) {
    guard let next = GraphScene.Zoom(rawValue: zoom.rawValue + step) else { return }
    isZoomChosen = true
    zoom = next
    arrange()
  }

  private mutating func cycleZoom() {
    isZoomChosen = true
    zoom = GraphScene.Zoom(rawValue: zoom.rawValue + 1) ?? .full
    arrange()
  }

  private mutating func cycleFilter() {
    filter = Filter(rawValue: filter.rawValue + 1) ?? .all
  }

  private mutating func toggle(_ other: Emphasis) {
    emphasis = emphasis == other ? .neighbours : other
  }
}

extension GraphPane {
  /// Draws the graph and a line that tells about the chosen box.
  mutating func draw(in area: Rect, on surface: inout Surface, isFocused: Bool) {
    let (picture, line) = area.split(bottom: area.height > 6 ? 2 : 0)
    self.area = picture
    fit(in: picture)
    guard let layout, !scene.nodes.isEmpty else {
      return drawNothing(in: area, on: &surface)
    }
    settle(layout, in: picture)
    var drawing = GraphDrawing(
      scene: scene, layout: layout, zoom: zoom, origin: origin, area: picture,
      look: look(isFocused: isFocused))
    drawing.draw(on: &surface)
    drawFacts(in: line, on: &surface)
  }

  /// Draws the graph alone, no box chosen, with names alone where frames have no room.
  mutating func drawPicture(in area: Rect, on surface: inout Surface) {
    if !fits(.full, area), zoom == .full {
      zoom = .name
      arrange()
    }
    guard let layout else { return }
    selected = -1
    var drawing = GraphDrawing(
      scene: scene, layout: layout, zoom: zoom, origin: Point(), area: area,
      look: look(isFocused: false))
    drawing.draw(on: &surface)
  }

  private func drawNothing(in area: Rect, on surface: inout Surface) {
    let text =
      scene.nodes.isEmpty
      ? "No services yet. Those that you add appear here, with what they call and which events they send."
      : "\(scene.nodes.count) boxes with \(scene.links.count) links are too many to draw; f leaves links out, - makes boxes smaller."
    WrappedText(text, width: area.width - 4)
      .draw(in: area.inset(x: 2, y: 1), on: &surface, role: .muted)
  }

  /// Unless the person has chosen, boxes are as large as all of them have room for; few boxes stay
  /// large and are panned, many show their names.
  private mutating func fit(in area: Rect) {
    if isZoomChosen || fitted == area.size { return }
    fitted = area.size
    let wanted: GraphScene.Zoom =
      fits(.full, area) ? .full : fits(.name, area) || scene.nodes.count > 12 ? .name : .full
    if wanted == zoom { return }
    zoom = wanted
    arrange()
  }

  private func fits(_ zoom: GraphScene.Zoom, _ area: Rect) -> Bool {
    guard let layout = scene.layout(zoom) else { return false }
    return layout.width <= area.width && layout.height <= area.height
  }

  /// Keeps the chosen box in view and the drawing in the pane; what fits as a whole is not moved.
  private mutating func settle(_ layout: GraphLayout, in area: Rect) {
    if follows, let box = boxes[selected] {
      origin.x = Self.reveal(box.x, box.width, from: origin.x, room: area.width, margin: 4)
      origin.y = Self.reveal(box.y, zoom.height, from: origin.y, room: area.height, margin: 1)
    }
    origin.x = min(max(origin.x, 0), max(layout.width - area.width, 0))
    origin.y = min(max(origin.y, 0), max(layout.height - area.height, 0))
  }

  private static func reveal(
    _ place: Int, _ size: Int, from origin: Int, room: Int, margin: Int
  ) -> Int {
    let end = max(origin, place + size + margin - room)
    return min(end, max(place - margin, 0))
  }

  private func look(isFocused: Bool) -> GraphDrawing.Look {
    var look = GraphDrawing.Look(
      selected: selected, isFocused: isFocused,
      nodes: Array(repeating: .plain, count: scene.nodes.count),
      links: Array(repeating: .plain, count: scene.links.count))
    for (number, link) in scene.links.enumerated() {
      let isHidden = filter != .all && link.isCall != (filter == .calls)
      if isHidden { look.links[number] = .hidden } else { emphasize(link, number, &look) }
    }
    if emphasis != .neighbours { emphasizeSet(&look) }
    return look
  }

  private func emphasize(
    _ link: GraphLayers.Link, _ number: Int, _ look: inout GraphDrawing.Look
  ) {
    guard emphasis == .neighbours, link.source == selected || link.target == selected else {
      return
    }
    look.links[number] = .lifted
    look.nodes[link.source] = .lifted
    look.nodes[link.target] = .lifted
  }

  private func emphasizeSet(_ look: inout GraphDrawing.Look) {
    let sets = emphasized
    for (number, node) in scene.nodes.enumerated() {
      guard node.kind == .service else {
        look.nodes[number] = .dimmed
        continue
      }
      look.nodes[number] =
        sets.hit.contains(node.name)
        ? .lifted : sets.touched.contains(node.name) ? .touched : .dimmed
    }
    for (number, link) in scene.links.enumerated() where look.links[number] != .hidden {
      let isInside =
        look.nodes[link.source] != .dimmed && look.nodes[link.target] != .dimmed
        && (emphasis == .blastRadius || isStep(link))
      look.links[number] = isInside ? .lifted : .dimmed
    }
  }

  private var graph: ArchitectureGraph? { content?.graph }
  private var criticalPath: CriticalPath? { content?.criticalPath }

  private func isStep(_ link: GraphLayers.Link) -> Bool {
    let chain = criticalPath?.steps.map(\.service) ?? []
    guard link.isCall, let place = chain.firstIndex(of: scene.nodes[link.source].name) else {
      return false
    }
    return place + 1 < chain.count && chain[place + 1] == scene.nodes[link.target].name
  }

  private var emphasized: (hit: Set<String>, touched: Set<String>) {
    switch emphasis {
    case .neighbours: return ([], [])
    case .criticalPath: return (Set(criticalPath?.steps.map(\.service) ?? []), [])
    case .blastRadius:
      guard let name = selectedService, let radius = graph?.blastRadius(of: name) else {
        return ([], [])
      }
      return (Set(radius.failing + [name]), Set(radius.starving))
    }
  }

  private var selectedService: String? {
    guard scene.nodes.indices.contains(selected), scene.nodes[selected].kind == .service else {
      return nil
    }
    return scene.nodes[selected].name
  }

  private func drawFacts(in area: Rect, on surface: inout Surface) {
    guard area.height == 2, scene.nodes.indices.contains(selected) else { return }
    let facts = GraphFacts(scene: scene, selected: selected)
    let told: String
    switch emphasis {
    case .neighbours: told = facts.links
    case .criticalPath: told = Self.text(of: criticalPath, surface.glyphs)
    case .blastRadius: told = blastText
    }
    surface.write(facts.title, at: area.origin, role: .heading, in: area)
    let used = TextWidth.of(VisibleText.line(facts.title))
    let rest = facts.detail(surface.glyphs) + tags
    surface.write(
      rest, at: Point(x: area.x + used + 1, y: area.y), role: .muted, in: area)
    surface.write(told, at: Point(x: area.x, y: area.y + 1), role: .muted, in: area)
  }

  private var tags: String {
    filter == .all ? "" : "  (\(filter.title) only)"
  }

  private static func text(of path: CriticalPath?, _ glyphs: GlyphSet) -> String {
    guard let path else { return "critical path: nobody calls anybody" }
    let chain = path.steps.map(\.service).joined(separator: " \(glyphs.arrowRight) ")
    let over = path.isOverBudget ? ", more than" : " of"
    return "critical path: \(chain); \(path.budget) ms\(over) the \(path.timeout) ms of a request"
  }

  private var blastText: String {
    guard let name = selectedService, let radius = graph?.blastRadius(of: name) else {
      return "blast radius: choose a service"
    }
    let failing = radius.failing.isEmpty ? "nothing else" : radius.failing.joined(separator: ", ")
    let starving =
      radius.starving.isEmpty
      ? "" : "; no new events for \(radius.starving.joined(separator: ", "))"
    return "without it fails: \(failing)\(starving)"
  }
}
