public import IgniteSyntax

/// Writes a graph as JSON for other programs.
public enum GraphJSON {
  /// The graph with lines and columns of the text that caused each part, and what follows from it.
  public static func render(_ graph: ArchitectureGraph, source: Source? = nil) -> String {
    JSONText.pretty(value(of: graph, source: source))
  }

  /// The graph as a JSON value: `nodes`, `edges`, `layers` and `cycles`.
  public static func value(of graph: ArchitectureGraph, source: Source? = nil) -> JSONValue {
    let ids = graph.nodes.map(\.id)
    return [
      "nodes": .array(graph.nodes.map { node($0, source) }),
      "edges": .array(graph.edges.map { edge($0, ids, source) }),
      "layers": .array(graph.layers.map { .array($0.map { .string(ids[$0]) }) }),
      "cycles": .array(graph.cycles.map { .array($0.map { .string(ids[$0]) }) }),
    ]
  }

  private static func node(_ node: ArchitectureGraph.Node, _ source: Source?) -> JSONValue {
    .object(
      [
        JSONMember("id", .string(node.id)), JSONMember("kind", .string(node.kind.rawValue)),
        JSONMember("name", .string(node.name)), JSONMember("detail", .string(node.detail)),
      ] + place(node.span, source))
  }

  private static func edge(
    _ edge: ArchitectureGraph.Edge, _ ids: [String], _ source: Source?
  ) -> JSONValue {
    let event = edge.event.map { [JSONMember("event", .string($0))] } ?? []
    return .object(
      [
        JSONMember("source", .string(ids[edge.source])),
        JSONMember("target", .string(ids[edge.target])),
        JSONMember("kind", .string(edge.kind.rawValue)),
      ] + event + place(edge.span, source))
  }

  private static func place(_ span: Span?, _ source: Source?) -> [JSONMember] {
    guard let span, let source else { return [] }
    let line = source.lineIndex(at: span.start)
    return [
      JSONMember("line", .integer(Int64(line + 1))),
      JSONMember("column", .integer(Int64(span.start - source.lineStarts[line] + 1))),
    ]
  }
}
