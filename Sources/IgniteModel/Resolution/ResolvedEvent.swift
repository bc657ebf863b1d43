/// An event with who emits it, at which change of what, and who handles it.
public struct ResolvedEvent: Sendable {
  /// A change of an entity that emits an event.
  public enum Change: String, Hashable, Sendable, CaseIterable {
    /// A new one came.
    case create
    /// One was changed.
    case update
    /// One went.
    case delete
  }

  /// The change of an entity that an event tells of.
  public struct Binding: Hashable, Sendable {
    /// The name of the entity of the owner.
    public var entity: String
    /// The change.
    public var change: Change
  }

  /// The event as its owner names it.
  public let name: Sourced<String>
  /// The version of its form.
  public let version: Int64
  /// The place of the service that owns it.
  public let owner: Int
  /// What emits it; absent when the owner's own code does.
  public let binding: Binding?
  /// The places of the services that handle it.
  public let consumers: [Int]
}

/// Works out events from what services publish and consume.
enum EventResolution {
  static func events(of services: [Service]) -> [ResolvedEvent] {
    var consumers: [String: [Int]] = [:]
    for (index, service) in services.enumerated() {
      for event in service.consumes where consumers[event.value]?.last != index {
        consumers[event.value, default: []].append(index)
      }
    }
    var seen: Set<String> = []
    return services.enumerated().flatMap { index, service in
      let own = service.publishes.filter { seen.insert($0.value).inserted }
      let bindings = EventBindings(entities: service.entities.map(\.name.value), events: own)
      return own.map { event in
        ResolvedEvent(
          name: event, version: service.version(of: event.value), owner: index,
          binding: bindings.binding(of: event.value), consumers: consumers[event.value] ?? [])
      }
    }
  }
}

extension Service {
  /// The version of the form of an event that the service owns.
  public func version(of event: String) -> Int64 {
    settings.integer("event_versions.\(event)")?.value ?? 1
  }
}

/// Finds the change of an entity that each event of a service tells of, by the event's name.
///
/// The entity is the one whose name the event's name starts with, the longest if several; the rest is
/// the verb. A verb that is not known stands for the creation if no other event does, and otherwise
/// for something that only the service's own code knows, as in `OrderPlaced`, `OrderShipped`.
struct EventBindings {
  private var bindings: [String: ResolvedEvent.Binding] = [:]

  init(entities: [String], events: [Sourced<String>]) {
    let entities = Set(entities)
    let splits = events.map { Self.split($0.value, entities: entities) }
    var created: Set<String> = []
    for case .some(let (entity, verb)) in splits where Self.changes[verb] == .create {
      created.insert(entity)
    }
    for (event, split) in zip(events, splits) {
      guard let (entity, verb) = split else { continue }
      let isFree = Self.changes[verb] == nil && created.insert(entity).inserted
      guard let change = Self.changes[verb] ?? (isFree ? .create : nil) else { continue }
      bindings[event.value] = ResolvedEvent.Binding(entity: entity, change: change)
    }
  }

  func binding(of event: String) -> ResolvedEvent.Binding? { bindings[event] }

  private static func split(
    _ event: String, entities: Set<String>
  ) -> (entity: String, verb: String)? {
    var end = event.endIndex
    while end > event.startIndex {
      event.formIndex(before: &end)
      guard event[end].isUppercase, end > event.startIndex else { continue }
      let entity = String(event[..<end])
      if entities.contains(entity) { return (entity, String(event[end...])) }
    }
    return nil
  }

  private static let changes: [String: ResolvedEvent.Change] = {
    let verbs: [(ResolvedEvent.Change, String)] = [
      (
        .create,
        "Created Placed Registered Added Opened Submitted Requested Started Received Issued"
      ),
      (.update, "Updated Changed Renamed Moved Modified Edited Adjusted Replaced"),
      (.delete, "Deleted Removed Cancelled Canceled Closed Archived Withdrawn Revoked"),
    ]
    return Dictionary(
      verbs.flatMap { change, words in words.split(separator: " ").map { (String($0), change) } },
      uniquingKeysWith: { first, _ in first })
  }()
}
