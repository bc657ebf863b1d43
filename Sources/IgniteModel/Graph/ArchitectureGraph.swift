public import IgniteSyntax

/// Who calls, publishes, consumes, reads and writes in an architecture, each with the text that caused it.
public struct ArchitectureGraph: Sendable {
  /// Something that takes part.
  public struct Node: Hashable, Sendable {
    /// What it is.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      /// A service of the platform.
      case service
      /// A database of one service.
      case store
      /// What carries the events.
      case bus
      /// A system outside of the platform.
      case external
    }

    /// The unique name in the graph, such as `service:orders`.
    public var id: String
    /// What it is.
    public var kind: Kind
    /// How the config calls it; a store has the name of its service.
    public var name: String
    /// The archetype of a service, the type of a store or bus; empty for an external system.
    public var detail: String
    /// The text that caused it.
    public var span: Span?
  }

  /// One way in which two nodes are connected.
  public struct Edge: Hashable, Sendable {
    /// What passes along it.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      /// Requests that wait for an answer.
      case calls
      /// Events from their owner to the bus.
      case publishes
      /// Events from the bus to a service that handles them.
      case consumes
      /// Queries.
      case reads
      /// Changes.
      case writes
    }

    /// The number of the node where it starts.
    public var source: Int
    /// The number of the node where it ends.
    public var target: Int
    /// What passes along it.
    public var kind: Kind
    /// The event, for edges that carry one.
    public var event: String?
    /// The text that caused it.
    public var span: Span?
  }

  /// The nodes: the services in the order of the file, then stores, bus and external systems.
  public let nodes: [Node]
  /// The edges in the order of their services.
  public let edges: [Edge]
  /// The number of nodes that are services; they come first.
  public let serviceCount: Int

  /// Makes a graph.
  init(nodes: [Node], edges: [Edge]) {
    self.nodes = nodes
    self.edges = edges
    serviceCount = nodes.count { $0.kind == .service }
  }

  /// An event on its way from its owner to a service that handles it.
  public struct Flow: Hashable, Sendable {
    /// The number of the node that publishes it.
    public var source: Int
    /// The number of the node that consumes it.
    public var target: Int
    /// The event.
    public var event: String
  }

  /// The events that travel between two services, the bus left out; of several owners the first counts.
  public var flows: [Flow] {
    var owners: [String: Int] = [:]
    for edge in edges where edge.kind == .publishes {
      if let event = edge.event, owners[event] == nil { owners[event] = edge.source }
    }
    var seen: Set<Flow> = []
    return edges.compactMap { edge in
      guard edge.kind == .consumes, let event = edge.event, let owner = owners[event],
        owner != edge.target
      else { return nil }
      let flow = Flow(source: owner, target: edge.target, event: event)
      return seen.insert(flow).inserted ? flow : nil
    }
  }
}
