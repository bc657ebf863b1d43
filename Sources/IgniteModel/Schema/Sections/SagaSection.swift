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
    KeyDeclaration(
      "services[].saga.state_store", .choice(["database", "redis", "memory"]),
      default: "database", help: "Where it is remembered how far a workflow is.",
      example: "database"),
  ].map { $0.only(for: "saga-orchestrator") }
}
