import IgniteModel

/// One entity to make on the way to another.
struct CreationStep: Hashable, Sendable {
  let module: String
  let route: String
  let fields: [FieldFacts]
}

/// What templates need to know of one entity.
struct EntityFacts: Hashable, Sendable {
  let name: String
  let type: String
  let module: String
  let table: String
  var fields: [FieldFacts]
  var events: [EventFacts] = []
  /// Whether the same caller reads many of them by their ids: fields of what it sees lead there, or its
  /// GraphQL reads everything so.
  var isLinked = false
  /// The events of others of which it is a copy.
  var told: [EventFacts] = []
  /// Whether its rows follow what another system holds, which the archetype brings over.
  var isBroughtOver = false
  /// What has to be made to have one: all that it refers to, and then itself.
  var steps: [CreationStep] = []
  /// What GraphQL calls it, and the queries for one of them and for a page of them.
  var graphqlType = ""
  var graphqlItem = ""
  var graphqlList = ""
  /// What Protocol Buffers call it and many of it, and the numbers that its fields may not have.
  var protoName = ""
  var protoPlural = ""
  var protoReserved: [Int64] = []
  /// Whether GraphQL reads many of them at once, because others lead to it.
  var isBatched = false
  /// Whether others make one of them over REST.
  var isMadeOverREST = true

  /// Takes an entity for a table name that no other one has.
  init(_ entity: Entity, table: String) {
    name = entity.name.value
    type = RustNames.type(name, suffix: "Entity")
    module = RustNames.module(type)
    self.table = table
    graphqlType = type
    let (type, fields) = (
      type, entity.fields.isEmpty ? [Self.nameField(of: entity)] : entity.fields
    )
    self.fields = fields.enumerated().map { index, field in
      FieldFacts(field, of: type, table: table, position: Self.firstPosition + index)
    }
  }

  /// The id, the version and the two times come before the fields.
  private static let firstPosition = 5

  /// An entity that says nothing of its fields has a name.
  private static func nameField(of entity: Entity) -> Entity.Field {
    let reason = Provenance.derived("an entity without fields has a name")
    return Entity.Field(
      name: Sourced("name", path: entity.name.path, provenance: reason),
      type: Sourced(FieldType(.string), path: entity.name.path, provenance: reason))
  }

  /// Its name in paths.
  var segment: String { table.split(separator: "_").joined(separator: "-") }
  var route: String { "/api/" + segment }
  var kinds: Set<String> { Set(fields.map(\.kind)) }
  var filters: [FieldFacts] { fields.filter(\.isFilter) }
  var filterKinds: Set<String> { Set(filters.map(\.kind)) }
  var validated: [FieldFacts] { fields.filter { ["string", "text"].contains($0.kind) } }
  /// The fields that lead to another entity, which must be there first.
  var parents: [FieldFacts] {
    fields.filter { $0.reference?.table != nil && $0.reference?.isOwn == false }
  }
  /// The fields that lead to an entity of a service that the same caller calls.
  var links: [FieldFacts] { fields.filter { $0.link != nil } }
  /// The events of its creation over REST that somebody handles.
  var heard: [EventFacts] {
    guard isMadeOverREST else { return [] }
    return events.filter { $0.cause?.trigger == .created && !$0.consumers.isEmpty }
  }
  /// Whether changes, and removals, of what it copies come from elsewhere.
  var isKept: Bool { isBroughtOver || told.contains { $0.cause?.trigger != .deleted } }
  var isForgotten: Bool { isBroughtOver || told.contains { $0.cause?.trigger == .deleted } }
  var isCopy: Bool { isBroughtOver || !told.isEmpty }
  /// The texts that several people change at once.
  var merged: [FieldFacts] { fields.filter(\.type.isMerged) }
  var isCreationTold: Bool { events.contains { $0.cause?.trigger == .created } }
  var triggers: [TriggerFacts] {
    EventFacts.Trigger.allCases.map { trigger in
      TriggerFacts(trigger: trigger, events: events.filter { $0.cause?.trigger == trigger })
    }
  }
}

extension EntityFacts {
  /// Whether it can be a copy of what an event is about: they have one name, the event tells every
  /// field that has to be there, and none of them in another form.
  func copies(_ event: EventFacts) -> Bool {
    event.cause?.entity == name
      && fields.allSatisfy { field in
        guard !field.isReference else { return false }
        guard let told = event.fields.first(where: { $0.name == field.name }) else {
          return field.isDefaulted
        }
        return told.type.scalar == field.type.scalar && told.type.isList == field.type.isList
          && told.type.isOptional == field.type.isOptional
      }
  }
}
