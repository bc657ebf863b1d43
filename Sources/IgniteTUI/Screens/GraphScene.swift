import IgniteModel
import IgniteSyntax

/// What the graph pane draws: the nodes and links of an architecture, broken references among them.
struct GraphScene: Hashable, Sendable {
  /// One box.
  struct Node: Hashable, Sendable {
    /// What it stands for.
    enum Kind: Hashable, Sendable {
      case service
      case store
      case bus
      case external
      /// Something that is named but not declared.
      case missing
    }

    var kind: Kind
    var name: String
    /// The archetype of a service, the type of a store.
    var type: String
    /// What a service keeps its data in.
    var store: String
    /// Whether calls lead from it back to it.
    var isInCycle = false
  }

  /// The boxes; those of services first, in the order of the file.
  private(set) var nodes: [Node] = []
  /// The links between them, each once.
  private(set) var links: [GraphLayers.Link] = []
  /// Whether each link is broken or closes a circle.
  private(set) var isWrong: [Bool] = []
  /// The events that travel along each link.
  private(set) var events: [[String]] = []
  /// Whether stores and the bus have boxes of their own.
  let showsData: Bool

  /// Where each link is, while they are gathered.
  private var numbers: [GraphLayers.Link: Int] = [:]

  /// A scene without boxes.
  init() { showsData = false }

  /// Takes what is to be drawn from a graph and the architecture that it was read off.
  init(_ graph: ArchitectureGraph, of architecture: Architecture, showsData: Bool) {
    self.showsData = showsData
    var places: [Int: Int] = [:]
    let stores = Dictionary(
      graph.nodes.filter { $0.kind == .store }.map { ($0.name, $0.detail) }
    ) { first, _ in first }
    for (number, node) in graph.nodes.enumerated() {
      guard showsData || node.kind == .service || node.kind == .external else { continue }
      places[number] = nodes.count
      nodes.append(Self.node(node, store: showsData ? "" : stores[node.name] ?? ""))
    }
    markCycles(of: graph, places)
    addLinks(of: graph, places)
    addMissing(of: architecture)
    markWrong(graph, places)
    numbers = [:]
  }

  private static func node(_ node: ArchitectureGraph.Node, store: String) -> Node {
    switch node.kind {
    case .service: Node(kind: .service, name: node.name, type: node.detail, store: store)
    case .store: Node(kind: .store, name: node.name, type: node.detail, store: "")
    case .bus: Node(kind: .bus, name: node.name, type: "bus", store: "")
    case .external: Node(kind: .external, name: node.name, type: "external", store: "")
    }
  }

  private mutating func markCycles(of graph: ArchitectureGraph, _ places: [Int: Int]) {
    for number in graph.cycles.joined() {
      if let place = places[number] { nodes[place].isInCycle = true }
    }
  }

  private mutating func addLinks(of graph: ArchitectureGraph, _ places: [Int: Int]) {
    for edge in graph.edges {
      guard let source = places[edge.source], let target = places[edge.target] else { continue }
      switch edge.kind {
      case .calls, .writes: add(GraphLayers.Link(source, target, isCall: true))
      case .publishes, .consumes:
        add(GraphLayers.Link(source, target, isCall: false), event: edge.event)
      case .reads: break
      }
    }
    if showsData { return }
    for flow in graph.flows {
      guard let source = places[flow.source], let target = places[flow.target] else { continue }
      add(GraphLayers.Link(source, target, isCall: false), event: flow.event)
    }
  }

  private mutating func addMissing(of architecture: Architecture) {
    let names = Set(architecture.services.map(\.name.value))
    let published = Set(architecture.services.flatMap { $0.publishes.map(\.value) })
    var places: [String: Int] = [:]
    for (number, service) in architecture.services.enumerated() where number < nodes.count {
      for call in service.calls where !names.contains(call.value) {
        let place = missing(call.value, "no such service", &places)
        add(GraphLayers.Link(number, place, isCall: true))
      }
      for event in service.consumes where !published.contains(event.value) {
        let place = missing(event.value, "nobody publishes", &places)
        add(GraphLayers.Link(place, number, isCall: false), event: event.value)
      }
    }
  }

  private mutating func missing(
    _ name: String, _ reason: String, _ places: inout [String: Int]
  ) -> Int {
    let key = "\(reason) \(name)"
    if let place = places[key] { return place }
    places[key] = nodes.count
    nodes.append(Node(kind: .missing, name: name, type: reason, store: ""))
    return nodes.count - 1
  }

  private mutating func add(_ link: GraphLayers.Link, event: String? = nil) {
    if link.source == link.target { return }
    let number = numbers[link] ?? links.count
    if number == links.count {
      numbers[link] = number
      links.append(link)
      events.append([])
      isWrong.append(false)
    }
    if let event, !events[number].contains(event) { events[number].append(event) }
  }

  private mutating func markWrong(_ graph: ArchitectureGraph, _ places: [Int: Int]) {
    var group: [Int: Int] = [:]
    for (number, cycle) in graph.cycles.enumerated() {
      for node in cycle { if let place = places[node] { group[place] = number } }
    }
    for (number, link) in links.enumerated() {
      let isBroken = nodes[link.source].kind == .missing || nodes[link.target].kind == .missing
      let isCircle =
        link.isCall && group[link.source] != nil && group[link.source] == group[link.target]
      isWrong[number] = isBroken || isCircle
    }
  }
}

extension GraphScene {
  /// How much of each node is seen.
  enum Zoom: Int, Hashable, Sendable, CaseIterable {
    /// Name, type and store in a frame.
    case full
    /// The name.
    case name
    /// A dot.
    case dot

    /// Whether nodes have frames.
    var hasBorders: Bool { self == .full }
    /// The rows of a node.
    var height: Int { self == .full ? 3 : 1 }
  }

  /// The columns that each node takes.
  func widths(_ zoom: Zoom) -> [Int] {
    nodes.map { node in
      switch zoom {
      case .full:
        max(
          TextWidth.of(VisibleText.line(node.name)) + 4, TextWidth.of(node.type) + 5,
          node.store.isEmpty ? 0 : TextWidth.of(node.store) + 5)
      case .name: TextWidth.of(VisibleText.line(node.name)) + 2
      case .dot: 1
      }
    }
  }

  /// Where everything stands; absent where the drawing would be too large.
  func layout(_ zoom: Zoom) -> GraphLayout? {
    GraphLayout(widths: widths(zoom), links: links, hasBorders: zoom.hasBorders)
  }
}
