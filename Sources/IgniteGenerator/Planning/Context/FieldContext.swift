import IgniteModel

/// What templates can say about a field.
enum FieldContext {
  static let variant = RecordDeclaration<FieldFacts.Variant>(
    "variant",
    [
      .text("name") { $0.name },
      .text("ident") { $0.identifier },
      .text("graphql_name") { $0.graphqlName },
      .text("proto_name") { $0.protoName },
      .number("proto_number") { $0.protoNumber },
    ])

  /// A number that nothing in a message or an enumeration may have any more.
  static let reserved = RecordDeclaration<Int64>("reserved", [.number("number") { $0 }])

  static let record = RecordDeclaration<FieldFacts>(
    "field", names + types + graphql + proto + marks + storage + tests)

  private typealias Member = RecordDeclaration<FieldFacts>.Member

  private static let names: [Member] = [
    .text("name") { $0.name },
    .text("ident") { $0.identifier },
    .flag("has_rename") { $0.identifier != $0.name },
    .text("column") { RustNames.sql($0.name) },
    .number("position") { Int64($0.position) },
    .text("index") { $0.index },
  ]

  private static let types: [Member] = [
    .text("kind") { $0.kind },
    .text("type") { $0.rustType },
    .text("scalar_type") { $0.scalarType },
    .text("event_type") { $0.eventType },
    .text("json_type") { $0.jsonType },
    .text("json_format") { $0.jsonFormat },
    .flag("is_null_allowed") { $0.type.isOptional && !$0.type.isList },
    .text("enum_type") { $0.enumType },
    .list("variants", of: variant) { $0.variants },
    .text("first_variant") { $0.variants.first?.name },
    .text("first_variant_ident") { $0.variants.first?.identifier },
  ]

  private static let graphql: [Member] = [
    .text("graphql_name") { $0.graphqlName },
    .text("graphql_object") { $0.graphqlObject },
    .text("graphql_enum") { $0.graphqlEnum ?? $0.enumType },
    .text("graphql_scalar") { $0.graphqlScalar },
    .text("graphql_type") { $0.graphqlType },
    .text("graphql_input_type") { $0.graphqlInputType },
    .text("graphql_rust_scalar") { $0.graphqlRustScalar },
    .text("graphql_rust_type") { $0.graphqlRustType },
    .text("graphql_rust_input") { $0.graphqlRustInput },
    .text("graphql_first_variant") { $0.variants.first?.graphqlName },
    .flag("has_graphql_rename") { GraphQLNames.camel($0.identifier) != $0.graphqlName },
    .flag("is_graphql_converted") { $0.isGraphQLConverted },
  ]

  private static let proto: [Member] = [
    .text("proto_ident") { $0.protoIdentifier },
    .text("proto_scalar") { $0.protoScalar },
    .text("proto_words") { $0.protoWords },
    .text("proto_list") { $0.protoInner },
    .number("proto_number") { $0.protoNumber },
    .list("proto_reserved", of: reserved) { $0.protoReserved },
    .flag("is_proto_wrapped") { $0.isWrappedInProto },
    .text("proto_unspecified") { $0.protoUnspecified },
    .flag("is_proto_required") { $0.isRequiredMessageInProto },
  ]

  private static let marks: [Member] = [
    .flag("is_optional") { $0.type.isOptional },
    .flag("is_required") { !$0.type.isOptional },
    .flag("is_list") { $0.type.isList },
    .flag("is_unique") { $0.type.isUnique },
    .flag("is_defaulted") { $0.isDefaulted },
    .flag("is_text") { $0.kind == "text" },
    .flag("is_enum") { $0.isEnumeration },
    .flag("is_decimal") { $0.isDecimal },
    .flag("is_personal") { $0.isPersonal },
    .flag("is_copy") { $0.isScalarCopy && !$0.type.isList },
    .flag("is_scalar_copy") { $0.isScalarCopy },
  ]

  private static let storage: [Member] = [
    .text("sqlite_type") { $0.sqliteType },
    .text("postgres_type") { $0.postgresType },
    .flag("is_text_in_sqlite") { $0.isTextInSQLite },
    .flag("is_text_in_postgres") { $0.isTextInPostgres },
    .flag("has_foreign_key") { $0.isHeldReference },
    .text("foreign_type") { $0.reference?.type },
    .text("foreign_table") { $0.reference?.table },
    .flag("is_self_reference") { $0.reference?.isOwn == true },
    .flag("is_parent") { $0.reference?.table != nil && $0.reference?.isOwn == false },
    .text("parent_module") { $0.reference?.module },
    .record("link", of: EntityLink.record) { $0.link },
  ]

  private static let tests: [Member] = [
    .flag("is_wrong_testable") { !["string", "text"].contains($0.kind) },
    .text("test_name") { "an_overlong_\($0.name)_is_refused" },
    .text("unique_test") { "a_second_\($0.name)_is_refused" },
    .text("parent_test") { "an_unknown_\($0.name)_is_refused" },
    .text("filter_test") { "a_list_is_narrowed_by_\($0.name)" },
    .text("wrong_filter_test") { "a_wrong_\($0.name)_is_refused" },
  ]
}
