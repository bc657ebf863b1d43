/// Writes a graph in the language of Mermaid, which GitHub draws in Markdown.
public enum GraphMermaid {
  /// The whole graph, the bus and the stores included.
  public static func render(_ graph: ArchitectureGraph) -> String {
    var text = "flowchart LR\n"
    for (number, node) in graph.nodes.enumerated() {
      text += "  n\(number)\(box(around: label(of: node), for: node.kind))\n"
    }
    for edge in graph.edges {
      let label = escaped(edge.event ?? edge.kind.rawValue)
      text += "  n\(edge.source) \(arrow(of: edge.kind))|\"\(label)\"| n\(edge.target)\n"
    }
    return text
  }

  private static func label(of node: ArchitectureGraph.Node) -> String {
    let detail = node.detail.isEmpty ? "" : "<br>\(escaped(node.detail))"
    return "\"\(escaped(node.name))\(detail)\""
  }

  private static func box(
    around label: String, for kind: ArchitectureGraph.Node.Kind
  ) -> String {
    switch kind {
    case .service: "[\(label)]"
    case .store: "[(\(label))]"
    case .bus: "{{\(label)}}"
    case .external: "([\(label)])"
    }
  }

  private static func arrow(of kind: ArchitectureGraph.Edge.Kind) -> String {
    switch kind {
    case .calls, .reads, .writes: "-->"
    case .publishes, .consumes: "-.->"
    }
  }

  /// Everything but letters, digits and what names are made of becomes an entity, for Mermaid reads
  /// Markdown, HTML and its own signs inside of quotes.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      if isPlain(scalar) {
        escaped.unicodeScalars.append(scalar)
      } else {
        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        escaped += "#\(isControl ? 0xFFFD : scalar.value);"
      }
    }
    return escaped
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", " ": true
    default: scalar.properties.isAlphabetic && scalar.value > 0x9F
    }
  }
}
