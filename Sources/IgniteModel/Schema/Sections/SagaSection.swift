import IgniteSyntax

extension Schema {
  /// `[services.saga]` of a saga orchestrator.
  static let saga: [KeyDeclaration] = [
    KeyDeclaration("services[].saga", .table, help: "The workflow it leads."),
    KeyDeclaration(
      "services[].saga.name", .shaped(.identifier), help: "The workflow's name.",
      example: "PlaceOrder"),
    KeyDeclaration(
      "services[].saga.steps", .list(.either(.table, .shaped(.identifier))),
      help: "Its steps in order, each a name or a table."),
    KeyDeclaration("services[].saga.steps[]", .table, help: "One step."),
    KeyDeclaration(
      "services[].saga.steps[].name", .shaped(.identifier), isRequired: true,
      help: "The step's name.", example: "ReserveInventory"),
    KeyDeclaration(
      "services[].saga.steps[].service", .shaped(.kebabName), role: .calls,
      help: "The service that does it.", example: "inventory-service"),
    KeyDeclaration(
      "services[].saga.steps[].action", .shaped(.identifier),
      help: "What is asked of that service.", example: "reserve"),
    KeyDeclaration(
      "services[].saga.steps[].compensation", .shaped(.identifier),
      help: "What undoes it.", example: "release"),
    KeyDeclaration(
      "services[].saga.steps[].timeout_seconds", .integer(1...604_800), unit: "s",
      help: "How long it may take.", example: 30),
    KeyDeclaration(
      "services[].saga.compensation", .list(.shaped(.identifier)), default: [],
      help: "What undoes each step, in the order of the steps.", example: ["ReleaseInventory"]),
    KeyDeclaration(
      "services[].saga.timeout_seconds", .integer(1...2_592_000), default: 300, unit: "s",
      help: "How long the whole workflow may take.", example: 600),
  ].map { $0.only(for: "saga-orchestrator") }

  /// Keys that there were, by the table of a service they stood in, and why they do nothing any more.
  static let retired: [String: [String: String]] = [
    "saga": [
      "state_store": "how far a saga is stands in the database of its service, with what it did"
    ]
  ]
}
