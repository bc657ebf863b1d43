import IgniteModel

/// What is told of the chosen box of a graph.
struct GraphFacts: Sendable {
  let scene: GraphScene
  let selected: Int

  /// The name of the box.
  var title: String { scene.nodes[selected].name }

  /// What it is.
  func detail(_ glyphs: GlyphSet) -> String {
    let node = scene.nodes[selected]
    let cycle = node.isInCycle ? "calls lead back to it" : ""
    return [node.type, node.store, cycle].filter { !$0.isEmpty }
      .joined(separator: " \(glyphs.dot) ")
  }

  /// What it is connected to, in one line.
  var links: String {
    let parts = [
      part("calls", names { $0.isCall && $0.source == selected ? $0.target : nil }),
      part("called by", names { $0.isCall && $0.target == selected ? $0.source : nil }),
      part("sends", eventNames { $0.source == selected }),
      part("takes", eventNames { $0.target == selected }),
    ]
    let told = parts.filter { !$0.isEmpty }
    return told.isEmpty ? "connected to nothing" : told.joined(separator: "; ")
  }

  private func part(_ verb: String, _ names: [String]) -> String {
    names.isEmpty ? "" : "\(verb) \(names.joined(separator: ", "))"
  }

  private func names(_ end: (GraphLayers.Link) -> Int?) -> [String] {
    scene.links.compactMap(end).map { scene.nodes[$0].name }
  }

  private func eventNames(_ isMine: (GraphLayers.Link) -> Bool) -> [String] {
    var seen: Set<String> = []
    return scene.links.indices.filter { !scene.links[$0].isCall && isMine(scene.links[$0]) }
      .flatMap { scene.events[$0] }.filter { seen.insert($0).inserted }
  }
}
