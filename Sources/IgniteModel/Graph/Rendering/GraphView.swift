import IgniteSyntax

/// What a picture shows of a graph: services and external systems, calls and events between them.
public struct GraphView: Sendable {
  /// The numbers of the graph's nodes that are drawn, by their numbers in the layout.
  public let nodes: [Int]
  /// The titles of the boxes, control characters made visible.
  public let titles: [String]
  /// Whether each box stands for something outside of the platform.
  public let isExternal: [Bool]
  /// The places; absent when the drawing would be larger than anybody can read.
  public let layout: GraphLayout?
  /// The calls that lead against the layers because they close a circle, by numbers of the layout.
  public let closingCalls: [GraphLayers.Link]
  /// The numbers of the graph's nodes that are connected to nothing and not drawn.
  public let isolated: [Int]

  /// Lays a graph out.
  public init(_ graph: ArchitectureGraph) {
    let all = graph.links
    let connected = Set(all.flatMap { [$0.source, $0.target] })
    let shown = graph.nodes.indices.filter {
      graph.nodes[$0].kind == .service || graph.nodes[$0].kind == .external
    }
    nodes = shown.filter { connected.contains($0) }
    isolated = shown.filter { !connected.contains($0) }
    titles = nodes.map { VisibleText.line(graph.nodes[$0].name) }
    isExternal = nodes.map { graph.nodes[$0].kind == .external }
    let place = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($0.element, $0.offset) })
    let links = all.compactMap { link -> GraphLayers.Link? in
      guard let source = place[link.source], let target = place[link.target] else { return nil }
      return GraphLayers.Link(source, target, isCall: link.isCall)
    }
    closingCalls = GraphLayers(count: nodes.count, links: links).backward.filter(\.isCall)
      .sorted { ($0.source, $0.target) < ($1.source, $1.target) }
    layout = GraphLayout(widths: titles.map { TextWidth.of($0) + 4 }, links: links)
  }
}
