import IgniteSyntax

extension Schema {
  /// `[deployment]`: how a new version takes over.
  static let deployment: [KeyDeclaration] = [
    KeyDeclaration("deployment", .table, help: "How a new version takes over."),
    KeyDeclaration(
      "deployment.strategy", .choice(["rolling", "canary", "blue-green", "recreate"]),
      default: "rolling", help: "In which steps the new version gets the traffic.",
      example: "canary"),
    KeyDeclaration(
      "deployment.canary_percentage", .integer(1...99), default: 10, unit: "%",
      help: "The share of traffic a canary gets first.", example: 5),
    KeyDeclaration(
      "deployment.canary_duration_minutes", .integer(1...10_080), default: 10, unit: "min",
      help: "How long a canary is watched.", example: 30),
    KeyDeclaration(
      "deployment.promotion_criteria", .table, help: "What a canary must keep to be promoted."),
    KeyDeclaration(
      "deployment.promotion_criteria.error_rate_max", .number(0...1), default: 0.01,
      help: "The share of requests that may fail, from 0 to 1.", example: 0.005),
    KeyDeclaration(
      "deployment.promotion_criteria.latency_p99_ms", .integer(1...600_000), default: 500,
      unit: "ms", help: "The time that 99 of 100 requests stay below.", example: 300),
    KeyDeclaration(
      "deployment.rollback_on_failure", .boolean, default: true,
      help: "Whether the old version comes back by itself.", example: false),
    KeyDeclaration(
      "deployment.multi_region", .choice(["active-passive", "active-active", "none"]),
      default: "none", help: "Which regions serve requests.", example: "active-passive"),
  ]

  /// `[environments.<name>]`: what differs from environment to environment.
  static let environments: [KeyDeclaration] = [
    KeyDeclaration(
      "environments", .table, help: "What differs from environment to environment."),
    KeyDeclaration(
      "environments.<name>", .table, nameKind: .shaped(.kebabName),
      help: "Any key of this file with the value it has in that environment."),
  ]
}
