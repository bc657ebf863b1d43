import IgniteModel

/// What templates need to know of one event.
struct EventFacts: Hashable, Sendable {
  /// What happened to the entity that the event is about.
  enum Trigger: String, Sendable, CaseIterable {
    case created, updated, deleted
  }

  let name: String
  let type: String
  let module: String
  /// A change of an entity.
  struct Cause: Hashable, Sendable {
    var entity: String
    var trigger: Trigger
  }

  /// The entity it is about and what happened to it; absent when the code of the service publishes it.
  var cause: Cause?
  /// What it tells besides the id: the entity's fields that say nothing about a person.
  var fields: [FieldFacts] = []
  /// The version of its form.
  var version: Int64 = 1
  /// The names of the services that handle it.
  var consumers: [String] = []
  /// The entity of the service that handles it, when that keeps a copy of what the event tells.
  var copy: Copy?

  /// The entity that holds copies.
  struct Copy: Hashable, Sendable {
    let type: String
    let module: String
  }

  init(_ name: String) {
    self.name = name
    type = RustNames.type(name, suffix: "Event")
    module = RustNames.module(type)
  }

  var kinds: Set<String> { Set(fields.map(\.kind)) }
  /// Whether there are events of earlier versions.
  var isRaised: Bool { version > 1 }
  /// Whether those may lack something that is always there now.
  var isFilledUp: Bool { isRaised && fields.contains { !$0.isDefaulted } }

  /// Its fields with names of GraphQL, no two alike.
  var graphqlFields: [FieldFacts] {
    var fields = fields
    GraphQLNames.assign(&fields)
    return fields
  }

  /// One line on when it is published.
  var summary: String {
    guard let cause else { return "Published by the code of its service." }
    return "Published when one `\(cause.entity)` was \(cause.trigger.rawValue)."
  }
}

extension EventFacts: TemplateSubject {
  func hashContent(into hasher: inout Hasher) { hash(into: &hasher) }
}

/// The events of one trigger.
struct TriggerFacts: Sendable {
  let trigger: EventFacts.Trigger
  let events: [EventFacts]
}
