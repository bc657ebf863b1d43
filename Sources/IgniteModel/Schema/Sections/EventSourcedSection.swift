import IgniteSyntax

extension Schema {
  /// `[services.cqrs]` of an event-sourced service.
  static let cqrs: [KeyDeclaration] = [
    KeyDeclaration("services[].cqrs", .table, help: "How events become state."),
    KeyDeclaration(
      "services[].cqrs.event_store", .choice(databases), inherits: "settings.default_database",
      role: .stores, help: "Where its events are kept.", example: "postgres"),
    KeyDeclaration(
      "services[].cqrs.projections", .list(.shaped(.identifier)), default: [],
      help: "Views that are kept up to date from its events.", example: ["order-summary"]),
    KeyDeclaration(
      "services[].cqrs.snapshot_frequency", .integer(1...100_000), default: 100,
      unit: "events", help: "After how many events an aggregate's state is kept.", example: 50),
  ].map { $0.only(for: "event-sourced") }
}
