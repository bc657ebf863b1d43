import IgniteSyntax

extension Schema {
  /// `[resilience]`: how calls between services behave when something fails.
  static let resilience: [KeyDeclaration] =
    [
      KeyDeclaration(
        "resilience", .table, help: "How calls between services behave when something fails.")
    ] + guards.map { $0.moved(below: "resilience", inheriting: nil) }

  /// The same keys of one service, which win over `[resilience]`.
  static let serviceResilience: [KeyDeclaration] = guards.map {
    $0.moved(below: "services[]", inheriting: "resilience")
  }

  /// The keys of the guards, named from their own tables.
  private static let guards = circuitBreaker + retry + timeout + bulkhead + rateLimit

  private static let circuitBreaker: [KeyDeclaration] = [
    KeyDeclaration(
      "circuit_breaker", .table, help: "Stops calling what keeps failing, then probes it."),
    KeyDeclaration(
      "circuit_breaker.failure_threshold", .integer(1...1000), default: 5,
      help: "Failures that open the circuit, among twice as many calls.", example: 10),
    KeyDeclaration(
      "circuit_breaker.success_threshold", .integer(1...1000), default: 3,
      help: "Successes in a row that close it again.", example: 2),
    KeyDeclaration(
      "circuit_breaker.timeout_ms", .integer(1...3_600_000), default: 30_000, unit: "ms",
      help: "How long it stays open before a call is let through.", example: 10_000),
  ]

  private static let retry: [KeyDeclaration] = [
    KeyDeclaration("retry", .table, help: "Repeats calls that failed for a passing reason."),
    KeyDeclaration(
      "retry.max_attempts", .integer(1...20), default: 3,
      help: "How often a call is made at most, the first time included.", example: 5),
    KeyDeclaration(
      "retry.initial_interval_ms", .integer(1...600_000), default: 100, unit: "ms",
      help: "The wait before the second attempt.", example: 50),
    KeyDeclaration(
      "retry.max_interval_ms", .integer(1...3_600_000), default: 10_000, unit: "ms",
      help: "The longest wait between two attempts.", example: 5_000),
    KeyDeclaration(
      "retry.multiplier", .number(1...10), default: 2.0,
      help: "By how much each wait is longer than the one before.", example: 1.5),
  ]

  private static let timeout: [KeyDeclaration] = [
    KeyDeclaration("timeout", .table, help: "How long a call of another service may take."),
    KeyDeclaration(
      "timeout.attempt_ms", .integer(1...3_600_000), default: 2_000, unit: "ms",
      help: "The time for one attempt.", example: 500),
    KeyDeclaration(
      "timeout.total_ms", .integer(1...3_600_000), default: 8_000, unit: "ms",
      help: "The time for all attempts with the waits between them.", example: 3_000),
  ]

  private static let bulkhead: [KeyDeclaration] = [
    KeyDeclaration("bulkhead", .table, help: "Keeps one slow dependency from taking all threads."),
    KeyDeclaration(
      "bulkhead.max_concurrent", .integer(1...100_000), default: 100,
      help: "Calls of one service that are made at the same time.", example: 200),
    KeyDeclaration(
      "bulkhead.max_queue", .integer(0...100_000), default: 50,
      help: "Calls that may wait; further ones are refused.", example: 0),
  ]

  private static let rateLimit: [KeyDeclaration] = [
    KeyDeclaration("rate_limit", .table, help: "Turns callers away that ask too often."),
    KeyDeclaration(
      "rate_limit.rps", .integer(1...1_000_000), default: 1000, unit: "requests/s",
      help: "Requests a second that are let in.", example: 500),
    KeyDeclaration(
      "rate_limit.burst", .integer(1...1_000_000), default: 100, unit: "requests",
      help: "Requests above the rate that are let in at once.", example: 200),
  ]
}

extension KeyDeclaration {
  /// The same key below another table, which takes its value from `parent` where one is given.
  func moved(below prefix: String, inheriting parent: String?) -> KeyDeclaration {
    var moved = self
    moved.path = KeyPattern("\(prefix).\(path)")
    if let parent, kind != .table {
      moved.defaultValue = nil
      moved.inherits = KeyPattern("\(parent).\(path)")
    }
    return moved
  }
}
