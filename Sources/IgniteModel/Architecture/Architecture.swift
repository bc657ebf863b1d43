public import IgniteSyntax

/// A platform as a person describes it: decoded and typed, with defaults, overlays, variables and flags
/// applied, each value with the place it came from.
public struct Architecture: Sendable {
  /// The platform's name.
  public var name: Sourced<String>
  /// Every declared key that has a value, the services' included: `settings["cloud.primary"]`.
  public var settings: Settings
  /// The services in the order of the file.
  public var services: [Service]
  /// The environments of the file in its order.
  public var overlays: [EnvironmentOverlay] = []

  /// Makes an architecture.
  public init(name: Sourced<String>, settings: Settings, services: [Service]) {
    self.name = name
    self.settings = settings
    self.services = services
  }
}

/// One service of the platform; it holds much and is looked at by many, so it is shared, not copied.
public final class Service: Sendable {
  /// Where its table stands: `services[2]`.
  public let path: ConfigPath
  /// The place of its table, for facts about the service as a whole.
  public let span: Span?
  /// Its name, unique in the platform.
  public let name: Sourced<String>
  /// The archetype it is built from.
  public let type: Sourced<String>
  /// What it is for.
  public let responsibility: Sourced<String>?
  /// The protocols it speaks.
  public let protocols: [Sourced<String>]
  /// The services it calls, those named by its type's own keys included.
  public let calls: [Sourced<String>]
  /// The events it owns.
  public let publishes: [Sourced<String>]
  /// The events of others that it handles, those named by its type's own keys included.
  public let consumes: [Sourced<String>]
  /// Its entities.
  public let entities: [Entity]
  /// Ports by protocol, as far as the config gives them.
  public let ports: [Port]
  /// The workflow it leads, if it is a saga orchestrator that has one.
  public let saga: Saga?
  /// Its jobs, if it is a scheduled service.
  public let jobs: [Job]
  /// Every key of this service that has a value, by path below the service, inherited ones
  /// (`[resilience]`, `[settings]`) included: `settings["messaging.pattern"]`.
  public let settings: Settings

  /// Makes a service.
  public init(
    path: ConfigPath, span: Span?, name: Sourced<String>, type: Sourced<String>,
    responsibility: Sourced<String>? = nil, protocols: [Sourced<String>] = [],
    calls: [Sourced<String>] = [], publishes: [Sourced<String>] = [],
    consumes: [Sourced<String>] = [], entities: [Entity] = [], ports: [Port] = [],
    saga: Saga? = nil, jobs: [Job] = [], settings: Settings = Settings()
  ) {
    self.path = path
    self.span = span
    self.name = name
    self.type = type
    self.responsibility = responsibility
    self.protocols = protocols
    self.calls = calls
    self.publishes = publishes
    self.consumes = consumes
    self.entities = entities
    self.ports = ports
    self.saga = saga
    self.jobs = jobs
    self.settings = settings
  }

  /// A port of the service.
  public struct Port: Sendable {
    /// The protocol that listens on it.
    public var protocolID: String
    /// Its number.
    public var number: Sourced<Int>

    /// Makes a port.
    public init(protocolID: String, number: Sourced<Int>) {
      self.protocolID = protocolID
      self.number = number
    }
  }
}

/// A kind of thing that a service keeps.
public struct Entity: Sendable {
  /// Its name in upper camel case.
  public var name: Sourced<String>
  /// Its fields besides `id`, `created_at`, `updated_at` and `version`.
  public var fields: [Field]

  /// Makes an entity.
  public init(name: Sourced<String>, fields: [Field] = []) {
    self.name = name
    self.fields = fields
  }

  /// One field of an entity.
  public struct Field: Sendable {
    /// Its name in snake case.
    public var name: Sourced<String>
    /// Its type with its marks.
    public var type: Sourced<FieldType>

    /// Makes a field.
    public init(name: Sourced<String>, type: Sourced<FieldType>) {
      self.name = name
      self.type = type
    }
  }
}
