/// How long a service waits, in milliseconds.
struct ServiceTimes {
  /// How long a generated client waits for one answer: the default of `HTTP_TIMEOUT` in the runtime kit.
  static let requestTimeout: Int64 = 10_000

  /// The service's settings.
  let settings: Settings

  /// The waits between the attempts of one call, added up; absent without retry settings.
  var retryWaits: Int64? {
    guard let attempts = settings.integer("retry.max_attempts")?.value,
      let initial = settings.integer("retry.initial_interval_ms")?.value,
      let longest = settings.integer("retry.max_interval_ms")?.value,
      let multiplier = settings.number("retry.multiplier")?.value
    else { return nil }
    return Self.waits(
      attempts: attempts, initial: Double(initial), longest: Double(longest), multiplier: multiplier
    )
  }

  /// The time that one call can take with all its attempts.
  var callBudget: Int64 {
    let attempts = min(max(settings.integer("retry.max_attempts")?.value ?? 1, 1), 1000)
    return attempts * Self.requestTimeout + (retryWaits ?? 0)
  }

  private static func waits(
    attempts: Int64, initial: Double, longest: Double, multiplier: Double
  ) -> Int64 {
    var wait = initial
    var sum = 0.0
    var attempt: Int64 = 1
    // The schema allows 20 attempts; a value beyond it is reported there.
    while attempt < min(attempts, 1000) {
      sum += min(wait, longest)
      wait = min(wait * multiplier, 1e12)
      attempt += 1
    }
    return sum.isFinite ? Int64(min(max(sum, 0), 1e15)) : 0
  }

  /// A length of time as people say it: `300 ms`, `12.5 s`.
  static func text(_ milliseconds: Int64) -> String {
    guard milliseconds >= 1000 else { return "\(milliseconds) ms" }
    let tenths = milliseconds % 1000 / 100
    return "\(milliseconds / 1000)\(tenths == 0 ? "" : ".\(tenths)") s"
  }
}
