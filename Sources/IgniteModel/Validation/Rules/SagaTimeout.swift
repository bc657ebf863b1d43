public import IgniteSyntax

/// A saga may take as long as its steps together.
public struct SagaTimeout: ValidationRule {
  /// `saga-timeout`.
  public static let code: Diagnostic.Code = "saga-timeout"

  /// The rule in one sentence.
  public static let summary = "A saga may take as long as its steps together."

  /// How the timeouts belong together.
  public static let explanation = """
    Steps run one after the other, so the whole may take as long as all of them together. When \
    `saga.timeout_seconds` is shorter, a workflow in which each step kept its own time is given \
    up and compensated.

    Wrong: `timeout_seconds = 30` with two steps of `timeout_seconds = 20`.

    Right: `timeout_seconds = 40` or more.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each saga that is shorter than its steps.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.compactMap { service in
      guard let whole = service.settings.integer("saga.timeout_seconds") else { return nil }
      let timeouts = service.saga?.steps.compactMap(\.timeoutSeconds) ?? []
      let sum = timeouts.reduce(Int64(0)) { $0.addingReportingOverflow($1.value).partialValue }
      guard sum > whole.value else { return nil }
      return short(whole, sum, timeouts, of: service)
    }
  }

  private func short(
    _ whole: Sourced<Int64>, _ sum: Int64, _ timeouts: [Sourced<Int64>], of service: Service
  ) -> Diagnostic {
    var diagnostic = error(
      "the saga of `\(service.name.value)` ends after \(whole.value) s, its steps may take \(sum) s",
      at: whole)
    let labels = timeouts.flatMap { $0.label("\($0.value) s") }
    diagnostic.primary = diagnostic.primary ?? labels.first
    diagnostic.secondary = labels.filter { $0 != diagnostic.primary }
    diagnostic.fixes = whole.fix("allow \(sum) s", to: .integer(sum))
    return diagnostic
  }
}
