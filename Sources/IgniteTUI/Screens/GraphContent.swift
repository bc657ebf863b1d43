import IgniteModel

/// What the graph pane shows of an architecture, worked out behind the frame.
struct GraphContent: Sendable {
  let graph: ArchitectureGraph
  let architecture: Architecture
  let criticalPath: CriticalPath?
  /// What is drawn while stores and the bus have no boxes of their own.
  let scene: GraphScene

  /// Reads off an architecture who talks to whom, and who waits for whom.
  init(_ index: ArchitectureIndex, of architecture: Architecture) {
    graph = ArchitectureGraph(index)
    self.architecture = architecture
    criticalPath = index.criticalPath
    scene = GraphScene(graph, of: architecture, showsData: false)
  }

  /// What is drawn.
  func scene(showsData: Bool) -> GraphScene {
    showsData ? GraphScene(graph, of: architecture, showsData: true) : scene
  }
}
