import IgniteModel

/// Where a field of one service's entity leads, as a caller of both services sees it.
struct EntityLink: Hashable, Sendable {
  /// The module of the service with the entity.
  let callee: String
  let type: String
  let graphqlType: String
  let module: String

  init(to entity: EntityFacts, of service: ServiceFacts) {
    callee = WordContext.module(service.name)
    type = entity.type
    graphqlType = entity.graphqlType
    module = entity.module
  }

  static let record = RecordDeclaration<EntityLink>(
    "link",
    [
      .text("callee") { $0.callee },
      .text("type") { $0.type },
      .text("graphql_type") { $0.graphqlType },
      .text("module") { $0.module },
      .text("batch_operation") { "fetch_many_\($0.module)" },
    ])

  /// The services with the links between their entities: references inside one of them, and ids that
  /// are named after an entity of any, as `customer_id`.
  /// With `readingAll`, many of each can be asked for by their ids, not only of those that fields lead to.
  static func linked(_ callees: [ServiceFacts], readingAll: Bool) -> [ServiceFacts] {
    var callees = callees
    GraphQLNames.assign(&callees)
    let served = callees.filter(\.hasClient)
    for (place, owner) in callees.enumerated() {
      for index in owner.entities.indices {
        callees[place].entities[index].fields = owner.entities[index].fields.map { field in
          var field = field
          field.link = link(of: field, in: owner, among: served)
          return field
        }
        GraphQLNames.assign(&callees[place].entities[index].fields)
      }
    }
    let targets = Set(callees.flatMap(\.entities).flatMap(\.links).compactMap(\.link))
    return callees.map { callee in
      var callee = callee
      for (index, entity) in callee.entities.enumerated() {
        callee.entities[index].isLinked =
          readingAll || targets.contains(EntityLink(to: entity, of: callee))
      }
      return callee
    }
  }

  private static func link(
    of field: FieldFacts, in owner: ServiceFacts, among callees: [ServiceFacts]
  ) -> EntityLink? {
    guard !field.type.isList else { return nil }
    if let reference = field.reference {
      return link(in: owner) { $0.name == reference.target }
    }
    guard field.kind == "uuid", field.name.hasSuffix("_id") else { return nil }
    let word = String(field.name.dropLast(3))
    let others = callees.filter { $0.name != owner.name }
    return ([owner] + others).lazy.compactMap { callee in
      link(in: callee) { Naming.snake($0.name) == word }
    }.first
  }

  private static func link(
    in callee: ServiceFacts, where isMeant: (EntityFacts) -> Bool
  ) -> EntityLink? {
    callee.entities.first(where: isMeant).map { EntityLink(to: $0, of: callee) }
  }
}
