import IgniteModel

/// What templates need to know of one field.
struct FieldFacts: Hashable, Sendable {
  /// A word of an enumeration.
  struct Variant: Hashable, Sendable {
    var name: String
    var identifier: String
    /// What GraphQL calls it.
    var graphqlName: String
    /// What Protocol Buffers call it, and its number there.
    var protoName = ""
    var protoNumber: Int64 = 0
  }

  /// How the field leads to another entity.
  struct Reference: Hashable, Sendable {
    /// The name of the entity it leads to.
    var target: String
    /// The type of that entity.
    var type: String { RustNames.type(target, suffix: "Entity") }
    /// The table and the module of that entity, when the database holds the reference.
    var table: String?
    var module: String?
    /// Whether it leads to its own entity.
    var isOwn = false
  }

  let name: String
  let type: FieldType
  /// Where its value stands among the parameters of a statement.
  let position: Int
  let identifier: String
  let enumType: String
  var variants: [Variant]
  /// The table with the field.
  let table: String
  var reference: Reference?
  /// Whether it says something about a person.
  var isPersonal: Bool
  /// Where a caller of several services finds what the field leads to.
  var link: EntityLink?
  /// What GraphQL calls the field, and what it calls the entity that the field leads to.
  var graphqlName = ""
  var graphqlObject = ""
  /// What GraphQL calls the type of its words, where that is not the name of the type.
  var graphqlEnum: String?
  /// Its number in Protocol Buffers, those that its words may not have, and the name of the type that
  /// stands inside the message for it.
  var protoNumber: Int64 = 0
  var protoReserved: [Int64] = []
  var protoInner = ""

  init(_ field: Entity.Field, of entityType: String, table: String, position: Int) {
    name = field.name.value
    type = field.type.value
    isPersonal = field.type.value.isPersonal
    self.position = position
    self.table = table
    identifier = RustNames.field(name)
    enumType = RustNames.enumeration(of: name, in: entityType)
    variants = RustNames.variants(of: field.type.value.scalar)
    if case .reference(let target) = field.type.value.scalar {
      reference = Reference(target: target)
    }
  }

  /// The word that templates choose by.
  var kind: String {
    switch type.scalar {
    case .string: "string"
    case .text: "text"
    case .bool: "bool"
    case .i32: "i32"
    case .i64: "i64"
    case .f64: "f64"
    case .decimal: "decimal"
    case .uuid: "uuid"
    case .date: "date"
    case .timestamp: "timestamp"
    case .json: "json"
    case .bytes: "bytes"
    case .enumeration: "enum"
    case .reference: "reference"
    }
  }

  var isEnumeration: Bool { kind == "enum" }
  var isReference: Bool { reference != nil }
  var isDecimal: Bool { kind == "decimal" }
  /// Whether one value is copied, not cloned.
  var isScalarCopy: Bool { !["string", "text", "json", "bytes"].contains(kind) }
  /// Whether a request may leave it out.
  var isDefaulted: Bool { type.isOptional || type.isList }
  /// Whether lists can be narrowed by it; the names of the page's own parameters are taken.
  var isFilter: Bool {
    (type.isIndexed || type.isUnique || isReference) && !type.isList
      && !["json", "bytes", "f64"].contains(kind) && !["limit", "cursor"].contains(name)
  }
  /// The name of its column's index, within the 63 bytes that PostgreSQL takes.
  var index: String {
    let name = "\(table)_\(self.name)"
    return name.utf8.count > 63 ? "\(table)_index_\(position)" : name
  }
  /// Whether its column has an index of its own; a unique one has it by itself.
  var isIndexed: Bool {
    (type.isIndexed || isReference) && !type.isUnique && !type.isList && kind != "json"
  }
}

extension FieldFacts {
  /// The Rust type of one value.
  var scalarType: String { isEnumeration ? enumType : Self.rustTypes[kind, default: "Uuid"] }
  /// The Rust type of the field.
  var rustType: String { wrapped(scalarType) }
  /// The Rust type in an event: consumers take words of an enumeration that they do not know yet.
  var eventType: String { wrapped(isEnumeration ? "String" : scalarType) }

  private func wrapped(_ scalar: String) -> String {
    let list = type.isList ? "Vec<\(scalar)>" : scalar
    return type.isOptional ? "Option<\(list)>" : list
  }

  /// The type of the column in SQLite.
  var sqliteType: String { type.isList ? "TEXT" : Self.sqliteTypes[kind, default: "TEXT"] }
  /// The type of the column in PostgreSQL.
  var postgresType: String { type.isList ? "JSONB" : Self.postgresTypes[kind, default: "TEXT"] }
  /// Whether SQLite keeps it in the form that it has as text.
  var isTextInSQLite: Bool { (isEnumeration || isDecimal) && !type.isList }
  /// Whether PostgreSQL keeps it in the form that it has as text.
  var isTextInPostgres: Bool { isEnumeration && !type.isList }

  /// The type of one value in JSON Schema; absent for what may be anything.
  var jsonType: String? {
    switch kind {
    case "bool": "boolean"
    case "i32", "i64": "integer"
    case "f64": "number"
    case "json": nil
    default: "string"
    }
  }
  /// The format of one value in JSON Schema, where its type does not say all.
  var jsonFormat: String? {
    switch kind {
    case "uuid", "reference": "uuid"
    case "date": "date"
    case "timestamp": "date-time"
    case "decimal": "decimal"
    default: nil
    }
  }

  private static let rustTypes = [
    "string": "String", "text": "String", "bool": "bool", "i32": "i32", "i64": "i64", "f64": "f64",
    "decimal": "Decimal", "date": "NaiveDate", "timestamp": "DateTime<Utc>", "json": "Value",
    "bytes": "Bytes",
  ]
  private static let sqliteTypes = [
    "bool": "BOOLEAN", "i32": "INTEGER", "i64": "BIGINT", "f64": "DOUBLE PRECISION", "uuid": "BLOB",
    "reference": "BLOB", "bytes": "BLOB",
  ]
  private static let postgresTypes = [
    "bool": "BOOLEAN", "i32": "INTEGER", "i64": "BIGINT", "f64": "DOUBLE PRECISION", "uuid": "UUID",
    "reference": "UUID", "bytes": "BYTEA", "decimal": "NUMERIC", "date": "DATE",
    "timestamp": "TIMESTAMPTZ", "json": "JSONB",
  ]
}
