import IgniteModel

/// What templates can say about an entity.
enum EntityContext {
  static let record = RecordDeclaration<EntityFacts>(
    "entity", names + types + routes + fields + uses + events)

  static let step = RecordDeclaration<CreationStep>(
    "step",
    [
      .text("module") { $0.module },
      .text("route") { $0.route },
      .list("fields", of: FieldContext.record) { $0.fields },
    ])

  private typealias Member = RecordDeclaration<EntityFacts>.Member

  private static let names: [Member] = [
    .text("name") { $0.name },
    .text("label") { Naming.words(of: $0.name).joined(separator: " ") },
    .text("module") { $0.module },
    .text("var") { $0.module },
    .text("table") { $0.table },
    .text("table_name") { RustNames.sql($0.table) },
  ]

  private static let types: [Member] = [
    .text("type") { $0.type },
    .text("fields_type") { $0.type + "Fields" },
    .text("filter_type") { $0.type + "Filter" },
    .text("repository_type") { $0.type + "Repository" },
    .text("use_cases_type") { $0.type + "UseCases" },
    .text("stored_type") { "Stored" + $0.type },
  ]

  private static let routes: [Member] = [
    .text("route") { $0.route },
    .text("segment") { $0.segment },
    .text("item_route") { $0.route + "/{id}" },
    .text("batch_route") { $0.route + "/batch" },
    .text("list_operation") { "list_\($0.module)" },
    .text("create_operation") { "create_\($0.module)" },
    .text("fetch_operation") { "fetch_\($0.module)" },
    .text("batch_operation") { "fetch_many_\($0.module)" },
    .text("update_operation") { "update_\($0.module)" },
    .text("remove_operation") { "remove_\($0.module)" },
    .texts("write_verbs") { _ in ["update", "delete"] },
    .text("graphql_type") { $0.graphqlType },
    .text("graphql_item") { $0.graphqlItem },
    .text("graphql_list") { $0.graphqlList },
    .text("proto_type") { $0.protoName },
    .text("proto_plural") { $0.protoPlural },
    .text("proto_module") { Naming.snake($0.protoName) },
    .text("proto_plural_module") { Naming.snake($0.protoPlural) },
    .list("proto_reserved", of: FieldContext.reserved) { $0.protoReserved },
  ]

  private static let fields: [Member] = [
    .list("fields", of: FieldContext.record) { $0.fields },
    .list("enums", of: FieldContext.record) { $0.fields.filter(\.isEnumeration) },
    .list("validated_fields", of: FieldContext.record) { $0.validated },
    .list("filters", of: FieldContext.record) { $0.filters },
    .list("enum_filters", of: FieldContext.record) { $0.filters.filter(\.isEnumeration) },
    .list("indexes", of: FieldContext.record) { $0.fields.filter(\.isIndexed) },
    .list("unique_fields", of: FieldContext.record) { $0.fields.filter(\.type.isUnique) },
    .list("parents", of: FieldContext.record) { $0.parents },
    .list("links", of: FieldContext.record) { $0.links },
    .flag("has_links") { !$0.links.isEmpty },
    .flag("is_linked") { $0.isLinked },
    .text("first_field") { $0.fields.first?.name },
    .list("merged_fields", of: FieldContext.record) { $0.merged },
    .flag("has_merged_text") { !$0.merged.isEmpty },
    .list("personal_fields", of: FieldContext.record) { $0.fields.filter(\.isPersonal) },
    .flag("is_personal") { $0.fields.contains(where: \.isPersonal) },
    .flag("has_personal_filters") { $0.filters.contains(where: \.isPersonal) },
    .flag("is_validated") { !$0.validated.isEmpty },
    .flag("has_filters") { !$0.filters.isEmpty },
    .flag("has_parents") { !$0.parents.isEmpty },
    .flag("is_batched") { $0.isBatched },
    .flag("has_one_field") { $0.fields.count == 1 },
    .flag("has_one_filter") { $0.filters.count == 1 },
    .flag("has_optionals") { $0.fields.contains { $0.type.isOptional } },
    .flag("has_required") { $0.fields.contains { !$0.type.isOptional } },
  ]

  private static let uses: [Member] = [
    .flag("uses_bytes") { $0.kinds.contains("bytes") },
    .flag("uses_date") { $0.kinds.contains("date") },
    .flag("uses_decimal") { $0.kinds.contains("decimal") },
    .flag("uses_enums") { $0.kinds.contains("enum") },
    .flag("uses_json") { $0.kinds.contains("json") },
    .flag("uses_timestamp") { $0.kinds.contains("timestamp") },
    .flag("uses_uuid") { entity in
      entity.fields.contains {
        ["uuid", "reference"].contains($0.kind) && $0.reference?.isOwn != true
      }
    },
    .flag("uses_wire_require") { $0.fields.contains(where: \.isRequiredMessageInProto) },
    .flag("uses_lists") { $0.fields.contains { $0.type.isList } },
    .flag("uses_text_in_sqlite") { $0.fields.contains(where: \.isTextInSQLite) },
    .flag("uses_text_in_postgres") { $0.fields.contains(where: \.isTextInPostgres) },
    .flag("filters_by_date") { $0.filterKinds.contains("date") },
    .flag("filters_by_decimal") { $0.filterKinds.contains("decimal") },
    .flag("filters_by_timestamp") { $0.filterKinds.contains("timestamp") },
  ]

  private static let events: [Member] = [
    .list("events", of: EventContext.record) { $0.events },
    .list("triggers", of: EventContext.trigger) { $0.triggers },
    .list("events_in_order", of: EventContext.record) { $0.triggers.flatMap(\.events) },
    .list("heard", of: EventContext.record) { $0.heard },
    .list("steps", of: step) { $0.steps },
    .flag("is_heard") { !$0.heard.isEmpty },
    .flag("has_events") { !$0.events.isEmpty },
    .flag("is_created_told") { $0.isCreationTold },
    .flag("is_copy") { $0.isCopy },
    .flag("is_kept") { $0.isKept },
    .flag("is_forgotten") { $0.isForgotten },
  ]
}
