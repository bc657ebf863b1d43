import IgniteModel

/// What templates need to know of one event.
struct EventFacts: Sendable {
  /// What happened to the entity that the event is about.
  enum Trigger: String, Sendable, CaseIterable {
    case created, updated, deleted
  }

  let name: String
  let type: String
  let module: String
  /// The entity it is about and what happened to it; absent when the code of the service publishes it.
  var cause: (entity: String, trigger: Trigger)?
  /// What it tells besides the id: the entity's fields that say nothing about a person.
  var fields: [FieldFacts] = []
  /// The names of the services that handle it.
  var consumers: [String] = []

  init(_ name: String) {
    self.name = name
    type = RustNames.type(name, suffix: "Event")
    module = RustNames.module(type)
  }

  var kinds: Set<String> { Set(fields.map(\.kind)) }

  /// One line on when it is published.
  var summary: String {
    guard let cause else { return "Published by the code of its service." }
    return "Published when one `\(cause.entity)` was \(cause.trigger.rawValue)."
  }
}

/// The events of one trigger.
struct TriggerFacts: Sendable {
  let trigger: EventFacts.Trigger
  let events: [EventFacts]
}
