/// The nodes of a graph in layers, so that as many links as possible lead from a layer to a later one.
public struct GraphLayers: Sendable {
  /// One connection between two nodes, for layering and drawing.
  public struct Link: Hashable, Sendable {
    /// The number of the node where it starts.
    public var source: Int
    /// The number of the node where it ends.
    public var target: Int
    /// Whether it waits for an answer; otherwise it carries events.
    public var isCall: Bool

    /// Makes a link.
    public init(_ source: Int, _ target: Int, isCall: Bool) {
      self.source = source
      self.target = target
      self.isCall = isCall
    }
  }

  /// The layer of each node, counted from zero.
  public let layer: [Int]
  /// Links that lead against the layers, because they would close a circle.
  public let backward: Set<Link>

  /// The numbers of the nodes of each layer, ascending.
  public var nodes: [[Int]] {
    var nodes: [[Int]] = Array(repeating: [], count: (layer.max() ?? -1) + 1)
    for (node, layer) in layer.enumerated() { nodes[layer].append(node) }
    return nodes
  }

  /// Layers so many nodes; of the links that close a circle those that carry events lead backward
  /// sooner than calls.
  public init(count: Int, links: [Link]) {
    let links = links.filter { $0.source != $0.target }
    let position = LayerOrder(count: count, links: links).position
    var successors: [[Int]] = Array(repeating: [], count: count)
    var backward: Set<Link> = []
    for link in links {
      if position[link.source] < position[link.target] {
        successors[link.source].append(link.target)
      } else {
        // As a link the other way round it keeps its ends in different layers.
        successors[link.target].append(link.source)
        backward.insert(link)
      }
    }
    self.backward = backward
    layer = Self.longestPaths(successors)
  }

  private static func longestPaths(_ successors: [[Int]]) -> [Int] {
    var waiting = Array(repeating: 0, count: successors.count)
    for target in successors.joined() { waiting[target] += 1 }
    var layer = Array(repeating: 0, count: successors.count)
    var ready = successors.indices.filter { waiting[$0] == 0 }
    while let node = ready.popLast() {
      for target in successors[node] {
        layer[target] = max(layer[target], layer[node] + 1)
        waiting[target] -= 1
        if waiting[target] == 0 { ready.append(target) }
      }
    }
    return layer
  }
}
