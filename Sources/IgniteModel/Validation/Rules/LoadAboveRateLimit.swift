public import IgniteSyntax

/// The load that must be borne without errors is one that the rate limit lets in.
public struct LoadAboveRateLimit: ValidationRule {
  /// `load-above-rate-limit`.
  public static let code: Diagnostic.Code = "load-above-rate-limit"

  /// The rule in one sentence.
  public static let summary =
    "The load that must be borne without errors is one that the rate limit lets in."

  /// How load tests and rate limits belong together.
  public static let explanation = """
    `load_testing.baseline_rps` is the load that a service bears without errors. A service whose \
    `rate_limit.rps` is lower turns requests of that test away, so the test can only fail.

    Wrong: `baseline_rps = 2000` with `rate_limit = { rps = 1000 }`.

    Right: `baseline_rps = 500` with `rate_limit = { rps = 1000 }`.
    """

  /// Makes the rule.
  public init() {}

  /// One warning for each rate limit below the load, with a service that has it.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    let settings = index.architecture.settings
    guard let tool = settings.string("testing.load_testing.tool"), tool.value != "none",
      let load = settings.integer("testing.load_testing.baseline_rps")
    else { return [] }
    var seen: Set<ConfigPath> = []
    return index.services.compactMap { service in
      guard let limit = service.settings.integer("rate_limit.rps"), limit.value < load.value,
        seen.insert(limit.path).inserted
      else { return nil }
      var diagnostic = warning(
        "the load test asks `\(service.name.value)` for \(load.value) requests a second, "
          + "its rate limit lets \(limit.value) in", at: load)
      diagnostic.secondary = limit.label("the rate limit")
      diagnostic.fixes = limit.fix("let \(load.value) in", to: .integer(load.value))
      return diagnostic
    }
  }
}
