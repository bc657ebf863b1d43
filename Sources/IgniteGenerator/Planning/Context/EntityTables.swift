import IgniteModel

/// The tables of a service: their names, their order and which references they hold.
enum EntityTables {
  /// The entities of a service with a table for each and the references that the database can hold.
  static func entities(of service: Service) -> [EntityFacts] {
    var taken: Set<String> = []
    var entities = service.entities.map { entity in
      var table = Naming.plural(Naming.snake(entity.name.value))
      while !taken.insert(table).inserted { table += "_list" }
      return EntityFacts(entity, table: table)
    }
    let order = order(of: entities)
    for index in entities.indices {
      for field in entities[index].fields.indices {
        resolve(&entities[index].fields[field], at: index, entities: entities, order: order)
      }
      GraphQLNames.assign(&entities[index].fields)
    }
    GraphQLNames.assign(&entities)
    ProtoNames.assign(&entities)
    return entities
  }

  /// The names of the entities that others lead to by references that the database holds.
  static func targets(in entities: [EntityFacts]) -> Set<String> {
    Set(entities.flatMap(\.fields).filter(\.isHeldReference).compactMap { $0.reference?.target })
  }

  /// The entities in the order in which their tables can be made.
  static func ordered(_ entities: [EntityFacts]) -> [EntityFacts] {
    let order = order(of: entities)
    return entities.indices.sorted { order[$0] < order[$1] }.map { entities[$0] }
  }

  /// What has to be made, in order, to have an entity; the last step is the entity itself.
  static func steps(to entity: EntityFacts, among entities: [EntityFacts]) -> [CreationStep] {
    var needed: Set<String> = [entity.name]
    for other in ordered(entities).reversed() where needed.contains(other.name) {
      needed.formUnion(other.parents.compactMap { $0.reference?.target })
    }
    return ordered(entities).filter { needed.contains($0.name) }
      .map { CreationStep(module: $0.module, route: $0.route, fields: $0.fields) }
  }

  /// The database holds a reference to a table that is made before, or to the own one where nothing
  /// need be referred to; others are plain ids.
  private static func resolve(
    _ field: inout FieldFacts, at index: Int, entities: [EntityFacts], order: [Int]
  ) {
    guard let name = field.reference?.target, !field.type.isList,
      let target = entities.firstIndex(where: { $0.name == name })
    else { return }
    let isOwn = target == index
    guard isOwn ? field.type.isOptional : order[target] < order[index] else { return }
    field.reference?.table = entities[target].table
    field.reference?.module = entities[target].module
    field.reference?.isOwn = isOwn
  }

  /// The rank of each entity; in a cycle the first one comes first.
  private static func order(of entities: [EntityFacts]) -> [Int] {
    let places = Dictionary(
      entities.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    let needs = entities.map { entity in
      Set(entity.fields.compactMap { $0.reference.flatMap { places[$0.target] } })
    }
    var rank = [Int](repeating: -1, count: entities.count)
    for next in entities.indices {
      let open = entities.indices.filter { rank[$0] < 0 }
      let ready = open.first { index in needs[index].allSatisfy { $0 == index || rank[$0] >= 0 } }
      if let index = ready ?? open.first { rank[index] = next }
    }
    return rank
  }
}
