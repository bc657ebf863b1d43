import IgniteSyntax

/// Draws services and external systems as boxes with lines between them, and lists what has no place in
/// a drawing: events by name, stores, and what is connected to nothing.
///
///     ┌────────┐   ┌──────────┐
///     │ orders ├──▶│ payments │
///     └────────┘   └──────────┘
public struct GraphPicture: Sendable {
  /// The characters of a drawing.
  public enum Style: Sendable {
    /// Box characters of Unicode.
    case unicode
    /// Characters that every terminal and font has.
    case ascii
  }

  /// The characters.
  public var style: Style

  /// Makes a renderer.
  public init(style: Style = .unicode) { self.style = style }

  /// The drawing and its lists as lines, each ended by a line feed.
  public func render(_ graph: ArchitectureGraph) -> String {
    let view = GraphView(graph)
    return (drawing(of: view) + legend(of: graph, view)).map { $0 + "\n" }.joined()
  }

  private func drawing(of view: GraphView) -> [String] {
    guard let layout = view.layout else {
      return ["\(view.nodes.count) boxes are too many to draw here; try --format dot"]
    }
    var canvas = GraphCanvas(layout: layout, style: style)
    canvas.draw(view)
    return canvas.lines
  }

  private func legend(of graph: ArchitectureGraph, _ view: GraphView) -> [String] {
    let names = graph.nodes.map { VisibleText.line($0.name) }
    return section("without connections", view.isolated.map { names[$0] })
      + section("calls that close a circle", circles(in: view))
      + section("events", events(of: graph, names)) + section("stores", stores(of: graph, names))
  }

  private func circles(in view: GraphView) -> [String] {
    let arrow = style == .unicode ? "─▶" : "->"
    return view.closingCalls.map { "\(view.titles[$0.source]) \(arrow) \(view.titles[$0.target])" }
  }

  private func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", "\(title):"] + lines.map { "  " + $0 }
  }

  private func events(of graph: ArchitectureGraph, _ names: [String]) -> [String] {
    var targets: [String: (source: Int, targets: [String])] = [:]
    for flow in graph.flows {
      targets[flow.event, default: (flow.source, [])].targets.append(names[flow.target])
    }
    let arrow = style == .unicode ? "┄▷" : "..>"
    return targets.keys.sorted().compactMap { event in
      targets[event].map {
        "\(VisibleText.line(event)): \(names[$0.source]) \(arrow) \($0.targets.joined(separator: ", "))"
      }
    }
  }

  private func stores(of graph: ArchitectureGraph, _ names: [String]) -> [String] {
    let stores = graph.nodes.indices.filter { graph.nodes[$0].kind == .store }
    let groups = Dictionary(grouping: stores) { graph.nodes[$0].detail }
    return groups.keys.sorted().map { type in
      "\(VisibleText.line(type)): \((groups[type] ?? []).map { names[$0] }.joined(separator: ", "))"
    }
  }
}
