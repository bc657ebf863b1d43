import IgniteSyntax

extension ArchitectureGraph {
  /// Reads the graph off an architecture in time linear to its size.
  public init(_ index: ArchitectureIndex) {
    var builder = GraphBuilder(index)
    builder.build()
    self.init(nodes: builder.nodes, edges: builder.edges)
  }

  /// Reads the graph off an architecture in time linear to its size.
  public init(_ architecture: Architecture) { self.init(ArchitectureIndex(architecture)) }
}

/// Collects nodes and edges service by service.
private struct GraphBuilder {
  let index: ArchitectureIndex
  var nodes: [ArchitectureGraph.Node]
  var edges: [ArchitectureGraph.Edge] = []
  private var bus: Int?
  private var externals: [String: Int] = [:]

  init(_ index: ArchitectureIndex) {
    self.index = index
    var seen: Set<String> = []
    nodes = index.services.enumerated().map { number, service in
      let id = "service:\(service.name.value)"
      return ArchitectureGraph.Node(
        id: seen.insert(id).inserted ? id : "\(id)#\(number)", kind: .service,
        name: service.name.value, detail: service.type.value,
        span: service.name.span ?? service.span)
    }
  }

  mutating func build() {
    for (number, service) in index.services.enumerated() {
      addCalls(of: service, number)
      addStore(of: service, number)
      addExternals(of: service, number)
      addEvents(of: service, number)
    }
  }

  private mutating func addCalls(of service: Service, _ number: Int) {
    var seen: Set<String> = []
    for call in service.calls where seen.insert(call.value).inserted {
      guard let target = index.servicesByName[call.value]?.first else { continue }
      connect(number, target, .calls, at: call.span)
    }
  }

  private mutating func addStore(of service: Service, _ number: Int) {
    guard index.keepsState(service), let store = index.store(of: service) else { return }
    let node = add(
      .store, key: nodes[number].id.dropFirst("service:".count), name: service.name.value,
      detail: store.id.value, at: store.id.span)
    connect(number, node, .reads, at: store.id.span ?? service.span)
    connect(number, node, .writes, at: store.id.span ?? service.span)
  }

  private mutating func addExternals(of service: Service, _ number: Int) {
    let upstream = service.settings.string("acl.upstream").map { [$0] } ?? []
    for system in service.settings.strings("integrations.providers") + upstream {
      let node =
        externals[system.value]
        ?? add(.external, key: system.value[...], name: system.value, detail: "", at: system.span)
      externals[system.value] = node
      connect(number, node, .calls, at: system.span)
    }
  }

  private mutating func addEvents(of service: Service, _ number: Int) {
    for event in service.publishes {
      connect(number, sharedBus(), .publishes, event: event.value, at: event.span)
    }
    for event in service.consumes {
      connect(sharedBus(), number, .consumes, event: event.value, at: event.span)
    }
  }

  private mutating func sharedBus() -> Int {
    if let bus { return bus }
    let id = index.bus?.id
    let name = id?.value ?? "memory"
    let node = add(.bus, key: name[...], name: name, detail: name, at: id?.span)
    bus = node
    return node
  }

  private mutating func add(
    _ kind: ArchitectureGraph.Node.Kind, key: Substring, name: String, detail: String,
    at span: Span?
  ) -> Int {
    nodes.append(
      ArchitectureGraph.Node(
        id: "\(kind.rawValue):\(key)", kind: kind, name: name, detail: detail, span: span))
    return nodes.count - 1
  }

  private mutating func connect(
    _ source: Int, _ target: Int, _ kind: ArchitectureGraph.Edge.Kind, event: String? = nil,
    at span: Span?
  ) {
    edges.append(
      ArchitectureGraph.Edge(source: source, target: target, kind: kind, event: event, span: span))
  }
}
