extension ArchitectureGraph {
  /// Calls and events between services and external systems, the bus left out, each once.
  public var links: [GraphLayers.Link] {
    let calls = edges.filter { $0.kind == .calls && $0.source != $0.target }
      .map { GraphLayers.Link($0.source, $0.target, isCall: true) }
    let events = flows.map { GraphLayers.Link($0.source, $0.target, isCall: false) }
    var seen: Set<GraphLayers.Link> = []
    return (calls + events).filter { seen.insert($0).inserted }
  }

  /// The groups of services that reach each other by calls, each in the order of the file.
  public var cycles: [[Int]] {
    var successors: [[Int]] = Array(repeating: [], count: nodes.count)
    for edge in edges where edge.kind == .calls { successors[edge.source].append(edge.target) }
    return StrongComponents(successors: successors).groups
  }

  /// The services and external systems in layers: callers before what they call, and, as far as that
  /// allows, owners of events before those who handle them.
  public var layers: [[Int]] {
    let layers = GraphLayers(count: nodes.count, links: links)
    return layers.nodes.map { layer in
      layer.filter { nodes[$0].kind == .service || nodes[$0].kind == .external }
    }
  }
}
