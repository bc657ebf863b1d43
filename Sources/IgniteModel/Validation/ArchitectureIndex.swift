public import IgniteSyntax

/// An architecture together with what rules look up in it, so that no rule searches twice.
public struct ArchitectureIndex: Sendable {
  /// The architecture.
  public let architecture: Architecture
  /// The text that the architecture was read from, if it came from one.
  public let document: Document?
  /// What archetypes, stores, buses and clouds can do.
  public let capabilities: Capabilities
  /// The services by name, those of the same name in the order of the file.
  public let servicesByName: [String: [Int]]
  /// Every mention of a service in the calls of another, by the name mentioned.
  public let callsByTarget: [String: [ServiceCall]]
  /// Who publishes each event.
  public let publishers: [String: [EventUse]]
  /// Who consumes each event.
  public let consumers: [String: [EventUse]]
  /// The clouds that the platform runs on, the primary one first, each once.
  let clouds: [Choice]
  /// The cloud that the platform runs on first of all.
  let primaryCloud: Choice?
  /// The runtime of services that choose none.
  let usualRuntime: Choice?
  /// The bus that carries the platform's events.
  let bus: Choice?

  /// One mention of an event by a service.
  public struct EventUse: Sendable {
    /// The number of the service in the architecture.
    public var service: Int
    /// The event as the service names it.
    public var event: Sourced<String>
  }

  /// One mention of a service in the calls of another.
  public struct ServiceCall: Sendable {
    /// The number of the calling service in the architecture.
    public var caller: Int
    /// The called service as the caller names it.
    public var target: Sourced<String>
  }

  /// Indexes an architecture in time linear to its size.
  public init(
    _ architecture: Architecture, document: Document? = nil, capabilities: Capabilities = .core
  ) {
    self.architecture = architecture
    self.document = document
    self.capabilities = capabilities
    servicesByName = Dictionary(
      grouping: architecture.services.indices, by: { architecture.services[$0].name.value })
    var calls: [String: [ServiceCall]] = [:]
    for (number, service) in architecture.services.enumerated() {
      for target in service.calls {
        calls[target.value, default: []].append(ServiceCall(caller: number, target: target))
      }
    }
    callsByTarget = calls
    publishers = Self.uses(in: architecture.services, of: \.publishes)
    consumers = Self.uses(in: architecture.services, of: \.consumes)
    let settings = architecture.settings
    clouds = Self.clouds(of: settings, in: capabilities)
    primaryCloud = settings.string("cloud.primary") == nil ? nil : clouds.first
    usualRuntime = Self.usualRuntime(of: settings, on: primaryCloud, in: capabilities)
    bus = settings.string("settings.event_bus").map {
      Choice(id: $0, offering: capabilities.offering(.bus, $0.value))
    }
  }

  private static func uses(
    in services: [Service], of events: KeyPath<Service, [Sourced<String>]>
  ) -> [String: [EventUse]] {
    var uses: [String: [EventUse]] = [:]
    for (number, service) in services.enumerated() {
      for event in service[keyPath: events] {
        uses[event.value, default: []].append(EventUse(service: number, event: event))
      }
    }
    return uses
  }

  /// The services in the order of the file.
  public var services: [Service] { architecture.services }

  /// The first service of a name.
  public func service(named name: String) -> Service? {
    servicesByName[name]?.first.map { architecture.services[$0] }
  }

  /// Every mention of a service in the calls of others.
  func calls(to name: String) -> [Sourced<String>] { (callsByTarget[name] ?? []).map(\.target) }

  /// The place of the value at a path, found in the text when its own value does not know it.
  public func span(at path: ConfigPath) -> Span? { document?.root.node(at: path)?.span }
}
