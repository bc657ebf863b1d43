import IgniteModel

/// Where a field of one service's entity leads, as a caller of both services sees it.
struct EntityLink: Hashable, Sendable {
  /// The module of the service with the entity.
  let callee: String
  let type: String
  let module: String

  static let record = RecordDeclaration<EntityLink>(
    "link",
    [
      .text("callee") { $0.callee },
      .text("type") { $0.type },
      .text("module") { $0.module },
      .text("batch_operation") { "fetch_many_\($0.module)" },
    ])

  /// The services with the links between their entities: references inside one of them, and ids that
  /// are named after an entity of any, as `customer_id`.
  static func linked(_ callees: [ServiceFacts]) -> [ServiceFacts] {
    let served = callees.filter(\.hasContract)
    return callees.map { callee in
      var callee = callee
      callee.entities = callee.entities.map { entity in
        var entity = entity
        for index in entity.fields.indices {
          entity.fields[index].link = link(of: entity.fields[index], in: callee, among: served)
        }
        return entity
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
    callee.entities.first(where: isMeant).map {
      EntityLink(
        callee: WordContext.module(callee.name), type: $0.type, module: $0.module)
    }
  }
}
