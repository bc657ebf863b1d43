/// Writes a graph in the language of Graphviz.
public enum GraphDOT {
  /// The whole graph, the bus and the stores included.
  public static func render(_ graph: ArchitectureGraph) -> String {
    var text = "digraph architecture {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n"
    for node in graph.nodes {
      let label = node.detail.isEmpty ? [node.name] : [node.name, node.detail]
      let lines = label.map(escaped).joined(separator: "\\n")
      text += "  \(quoted(node.id)) [label=\"\(lines)\", \(shape(of: node.kind))];\n"
    }
    for edge in graph.edges {
      let ends = "\(quoted(graph.nodes[edge.source].id)) -> \(quoted(graph.nodes[edge.target].id))"
      text +=
        "  \(ends) [label=\(quoted(edge.event ?? edge.kind.rawValue)), \(line(of: edge.kind))];\n"
    }
    return text + "}\n"
  }

  private static func shape(of kind: ArchitectureGraph.Node.Kind) -> String {
    switch kind {
    case .service: "shape=box"
    case .store: "shape=cylinder"
    case .bus: "shape=box3d"
    case .external: "shape=box, style=dashed"
    }
  }

  private static func line(of kind: ArchitectureGraph.Edge.Kind) -> String {
    switch kind {
    case .calls: "style=solid"
    case .publishes, .consumes: "style=dashed"
    case .reads, .writes: "style=dotted"
    }
  }

  private static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

  /// In a quoted string of DOT only quotes and backslashes are special; controls have no spelling.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": escaped += "\\\""
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      default:
        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        escaped.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
      }
    }
    return escaped
  }
}
