import IgniteSyntax

extension Schema {
  /// `[services.schedule]` and `[services.jobs]` of a scheduled service.
  static let scheduled: [KeyDeclaration] = [
    KeyDeclaration("services[].schedule", .table, help: "What its jobs have in common."),
    KeyDeclaration(
      "services[].schedule.timezone", .shaped(.timeZone), default: "UTC",
      help: "The time zone of the jobs.", example: "Europe/Berlin"),
    KeyDeclaration(
      "services[].schedule.timeout_minutes", .integer(1...10_080), default: 60, unit: "min",
      help: "How long a job may take.", example: 30),
    KeyDeclaration(
      "services[].schedule.overlap_policy", .choice(["skip", "queue", "allow"]),
      default: "skip", help: "What happens when a job is due while it still runs.",
      example: "queue"),
    KeyDeclaration("services[].jobs", .table, help: "Its jobs by name."),
    KeyDeclaration(
      "services[].jobs.<name>", .table, nameKind: .shaped(.identifier), help: "One job."),
    KeyDeclaration(
      "services[].jobs.<name>.cron", .shaped(.cron), isRequired: true,
      help: "When it is due, as five fields of cron.", example: "30 3 * * MON-FRI"),
    KeyDeclaration(
      "services[].jobs.<name>.timezone", .shaped(.timeZone),
      inherits: "services[].schedule.timezone", help: "The time zone of its schedule.",
      example: "America/New_York"),
    KeyDeclaration(
      "services[].jobs.<name>.timeout_minutes", .integer(1...10_080),
      inherits: "services[].schedule.timeout_minutes", unit: "min",
      help: "How long it may take.", example: 15),
    KeyDeclaration(
      "services[].jobs.<name>.overlap_policy", .choice(["skip", "queue", "allow"]),
      inherits: "services[].schedule.overlap_policy",
      help: "What happens when it is due while it still runs.", example: "skip"),
  ].map { $0.only(for: "scheduled") }
}
