import IgniteModel

/// Names of an architecture as names in GraphQL.
enum GraphQLNames {
  /// A name in camel case, by the rule that the library for GraphQL has for names of Rust.
  static func camel(_ name: String) -> String {
    let parts = name.split(separator: "_", omittingEmptySubsequences: true)
    return parts.enumerated().map { index, part in
      index == 0 ? String(part) : part.prefix(1).uppercased() + part.dropFirst()
    }.joined()
  }

  /// Names the fields of one entity, and the entities that they lead to, no two alike.
  static func assign(_ fields: inout [FieldFacts]) {
    var taken: Set<String> = ["id", "version", "createdAt", "updatedAt"]
    for index in fields.indices where !fields[index].isFollowedInGraphQL {
      fields[index].graphqlName = free(camel(fields[index].name), &taken)
    }
    for index in fields.indices where fields[index].isFollowedInGraphQL {
      let name = fields[index].name
      let bare = name.hasSuffix("_id") ? String(name.dropLast(3)) : name
      fields[index].graphqlName = free(camel(bare + "_id"), &taken)
      fields[index].graphqlObject = free(camel(bare), &taken)
    }
  }

  /// Names the queries for the entities of one service, no two alike.
  static func assign(_ entities: inout [EntityFacts]) {
    var taken: Set<String> = ["service"]
    for index in entities.indices {
      entities[index].graphqlItem = free(camel(entities[index].module), &taken)
    }
    for index in entities.indices {
      entities[index].graphqlList = free(camel(entities[index].table), &taken)
    }
  }

  /// Names the types and queries for the entities of several services in one schema, no two alike: an
  /// entity whose name another service has already carries the name of its own.
  static func assign(_ services: inout [ServiceFacts]) {
    var taken = builtIn
    var queries: Set<String> = ["service"]
    for service in services.indices {
      let prefix = Naming.snake(services[service].name) + "_"
      for index in services[service].entities.indices {
        assign(&services[service].entities[index], prefix: prefix, &taken, &queries)
      }
    }
  }

  private static func assign(
    _ entity: inout EntityFacts, prefix: String, _ types: inout Set<String>,
    _ queries: inout Set<String>
  ) {
    let suffixes =
      ["", "Page"]
      + entity.fields.filter(\.isEnumeration).map { field in
        String(field.enumType.dropFirst(entity.type.count))
      }
    let names = [camel(entity.module), camel(entity.table)]
    let isFree =
      types.isDisjoint(with: suffixes.map { entity.type + $0 }) && queries.isDisjoint(with: names)
    let bare = isFree ? entity.type : Naming.pascal(prefix) + entity.type
    var type = bare
    while !types.isDisjoint(with: suffixes.map { type + $0 }) { type += "_" }
    types.formUnion(suffixes.map { type + $0 })
    entity.graphqlType = type
    for index in entity.fields.indices where entity.fields[index].isEnumeration {
      let suffix = entity.fields[index].enumType.dropFirst(entity.type.count)
      entity.fields[index].graphqlEnum = type + suffix
    }
    let start = isFree ? "" : prefix
    entity.graphqlItem = free(camel(start + entity.module), &queries)
    entity.graphqlList = free(camel(start + entity.table), &queries)
  }

  /// The types that every schema has.
  private static let builtIn: Set<String> = [
    "BigInt", "Boolean", "Bytes", "Date", "DateTime", "Decimal", "Float", "ID", "Int", "JSON",
    "Mutation", "Query", "String", "Subscription", "Uuid",
  ]

  private static func free(_ name: String, _ taken: inout Set<String>) -> String {
    var name = name
    while !taken.insert(name).inserted { name += "_" }
    return name
  }
}

extension FieldFacts {
  /// Whether the database holds that it leads to an entity.
  var isHeldReference: Bool { reference?.table != nil }
  /// Whether GraphQL shows what it leads to beside its id.
  var isFollowedInGraphQL: Bool { isHeldReference || link != nil }
  /// The type of one value in GraphQL.
  var graphqlScalar: String {
    isEnumeration ? graphqlEnum ?? enumType : Self.graphqlTypes[kind, default: "Uuid"]
  }
  /// The type of the field in GraphQL, as it is served.
  var graphqlType: String { graphqlList + (type.isOptional ? "" : "!") }
  /// The type of the field in GraphQL, as a client gives it.
  var graphqlInputType: String { graphqlList + (isDefaulted ? "" : "!") }
  /// The Rust type of one value in GraphQL.
  var graphqlRustScalar: String {
    switch kind {
    case "i64": "BigInt"
    case "json": "Json"
    default: scalarType
    }
  }
  /// Whether the type in GraphQL is another one than that of the domain.
  var isGraphQLConverted: Bool { isEnumeration || graphqlRustScalar != scalarType }
  /// The Rust type of the field in GraphQL, as it is served.
  var graphqlRustType: String {
    type.isOptional ? "Option<\(graphqlRustList)>" : graphqlRustList
  }
  /// The Rust type of the field in GraphQL, as a client gives it.
  var graphqlRustInput: String { isDefaulted ? "Option<\(graphqlRustList)>" : graphqlRustList }

  private var graphqlList: String { type.isList ? "[\(graphqlScalar)!]" : graphqlScalar }
  private var graphqlRustList: String {
    type.isList ? "Vec<\(graphqlRustScalar)>" : graphqlRustScalar
  }

  private static let graphqlTypes = [
    "string": "String", "text": "String", "bool": "Boolean", "i32": "Int", "i64": "BigInt",
    "f64": "Float", "decimal": "Decimal", "date": "Date", "timestamp": "DateTime", "json": "JSON",
    "bytes": "Bytes",
  ]
}
