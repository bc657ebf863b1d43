import IgniteModel

/// What templates can say about an event.
enum EventContext {
  static let record = RecordDeclaration<EventFacts>("event", members)
  /// An event by the file of its contract.
  static let contract = RecordDeclaration<EventFacts>("contract", members)

  private static let members: [RecordDeclaration<EventFacts>.Member] = [
    .text("name") { $0.name },
    .text("type") { $0.type },
    .text("module") { $0.module },
    .text("handler_module") { "on_\($0.module)" },
    .text("handler_type") { "On\($0.type)" },
    .number("version") { $0.version },
    .text("file") { "\($0.name).v\($0.version)" },
    .flag("is_raised") { $0.isRaised },
    .flag("is_filled_up") { $0.isFilledUp },
    .text("summary") { $0.summary },
    .text("entity") { $0.cause.map { Naming.snake($0.entity) } },
    .flag("has_entity") { $0.cause != nil },
    .flag("is_removal") { $0.cause?.trigger == .deleted },
    .flag("is_document") { $0.cause != nil && $0.copy == nil },
    .flag("is_copied") { $0.copy != nil },
    .text("copy_module") { $0.copy?.module },
    .text("copy_fields_type") { $0.copy.map { $0.type + "Fields" } },
    .texts("consumers") { $0.consumers },
    .list("fields", of: FieldContext.record) { $0.fields },
    .text("graphql_name") { GraphQLNames.camel($0.module) },
    .list("graphql_fields", of: FieldContext.record) { $0.graphqlFields },
    .flag("uses_bytes") { $0.kinds.contains("bytes") },
    .flag("uses_date") { $0.kinds.contains("date") },
    .flag("uses_decimal") { $0.kinds.contains("decimal") },
    .flag("uses_json") { $0.kinds.contains("json") },
    .flag("uses_timestamp") { $0.kinds.contains("timestamp") },
    .texts("property_names") { (["id"] + $0.fields.map(\.name)).sorted() },
    .texts("required_names") {
      (["id"] + $0.fields.filter { !$0.isDefaulted }.map(\.name)).sorted()
    },
  ]

  static let trigger = RecordDeclaration<TriggerFacts>(
    "trigger",
    [
      .text("name") { $0.trigger.rawValue },
      .flag("is_silent") { $0.events.isEmpty },
      .list("events", of: record) { $0.events },
    ])
}
