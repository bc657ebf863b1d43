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
    var forward = ForwardLinks(count: count, links: links)
    for link in links.filter(\.isCall) + links.filter({ !$0.isCall }) { forward.add(link) }
    backward = forward.backward
    layer = Self.longestPaths(forward.successors)
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

/// Collects links as long as they close no circle.
private struct ForwardLinks {
  var successors: [[Int]]
  var backward: Set<GraphLayers.Link> = []
  private let component: [Int]

  init(count: Int, links: [GraphLayers.Link]) {
    successors = Array(repeating: [], count: count)
    var all = successors
    for link in links { all[link.source].append(link.target) }
    component = StrongComponents(successors: all).component
  }

  mutating func add(_ link: GraphLayers.Link) {
    let isInside = component[link.source] == component[link.target]
    if isInside, reaches(link.source, from: link.target) {
      backward.insert(link)
    } else {
      successors[link.source].append(link.target)
    }
  }

  private func reaches(_ goal: Int, from start: Int) -> Bool {
    var seen: Set<Int> = [start]
    var waiting = [start]
    while let node = waiting.popLast() {
      if node == goal { return true }
      for next in successors[node]
      where component[next] == component[goal] && seen.insert(next).inserted {
        waiting.append(next)
      }
    }
    return false
  }
}
