public import IgniteSyntax

/// The first wait of a retry is not longer than the longest.
public struct RetryIntervals: ValidationRule {
  /// `retry-intervals`.
  public static let code: Diagnostic.Code = "retry-intervals"

  /// The rule in one sentence.
  public static let summary = "The first wait of a retry is not longer than the longest."

  /// How the waits belong together.
  public static let explanation = """
    The wait before the second attempt is `initial_interval_ms`; each further one is `multiplier` \
    times longer, up to `max_interval_ms`. When the first is already longer than the longest, one \
    of the two numbers is not meant.

    Wrong: `retry = { initial_interval_ms = 5000, max_interval_ms = 1000 }`.

    Right: `retry = { initial_interval_ms = 100, max_interval_ms = 5000 }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each table of retries that contradicts itself.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    var seen: Set<ConfigPath> = []
    let platform = contradiction(in: index.architecture.settings, below: "resilience.retry", &seen)
    return platform
      + index.services.flatMap { contradiction(in: $0.settings, below: "retry", &seen) }
  }

  private func contradiction(
    in settings: Settings, below table: String, _ seen: inout Set<ConfigPath>
  ) -> [Diagnostic] {
    guard let initial = settings.integer("\(table).initial_interval_ms"),
      let longest = settings.integer("\(table).max_interval_ms"), initial.value > longest.value
    else { return [] }
    let isFirst = seen.insert(initial.path).inserted
    guard seen.insert(longest.path).inserted || isFirst else { return [] }
    var diagnostic = error(
      "the first wait of \(initial.value) ms is longer than the longest of \(longest.value) ms",
      at: initial)
    diagnostic.secondary = longest.label("the longest wait")
    diagnostic.fixes = longest.fix(
      "let the longest wait be \(initial.value) ms", to: .integer(initial.value))
    return [diagnostic]
  }
}
