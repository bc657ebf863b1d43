/// An architecture with everything worked out that generating needs to know: ports, stores, buses,
/// who emits and handles which event, and in which order services depend on each other.
public struct ResolvedArchitecture: Sendable {
  /// What was resolved.
  public let architecture: Architecture
  /// The services in the order of the file; where two have one name, the first alone counts when
  /// others name it.
  public let services: [ResolvedService]
  /// The events that services own, in the order of the services and their lists.
  public let events: [ResolvedEvent]
  /// The places of the services, each after those it calls; services of a cycle in the file's order.
  public let dependencyOrder: [Int]
  /// What a deployment must be told, by name.
  public let inputs: [DeploymentInput]

  /// Resolves an architecture; references to what is not declared are left out.
  public init(_ architecture: Architecture) {
    self.architecture = architecture
    let names = Dictionary(
      architecture.services.enumerated().map { ($0.element.name.value, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    let ports = PortAssignment(architecture.services)
    events = EventResolution.events(of: architecture.services)
    let flow = EventFlow(events)
    services = architecture.services.enumerated().map { index, service in
      ResolvedService(
        service, index: index, platform: architecture.settings, ports: ports.ports(of: index),
        calls: service.calls.compactMap { names[$0.value] }, flow: flow)
    }
    dependencyOrder = DependencyOrder.order(of: services.map(\.calls))
    inputs = DeploymentInput.inputs(of: architecture)
  }

  /// The bus that carries events between services.
  public var bus: String { architecture.settings.string("settings.event_bus")?.value ?? "memory" }

  /// The kinds of database that services keep data in, sorted, each once.
  public var databases: [String] {
    Set(services.compactMap { $0.usesDatabase ? $0.database : nil }).sorted()
  }
}

/// The events of a platform as services see them.
struct EventFlow {
  /// The places of the events that each service owns.
  let published: [Int: [Int]]
  /// The places of the events by name.
  let byName: [String: Int]

  init(_ events: [ResolvedEvent]) {
    published = Dictionary(grouping: events.indices) { events[$0].owner }
    byName = Dictionary(
      events.enumerated().map { ($0.element.name.value, $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }
}
