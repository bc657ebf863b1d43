public import IgniteSyntax

/// Data is kept as long as the law asks for and no longer than it allows.
public struct RetentionTooShort: ValidationRule {
  /// `retention-too-short`.
  public static let code: Diagnostic.Code = "retention-too-short"

  /// The rule in one sentence.
  public static let summary =
    "Data is kept as long as the law asks for and no longer than it allows."

  /// What the law says about retention.
  public static let explanation = """
    HIPAA asks to keep the documentation of who saw and changed health data for six years (45 CFR \
    164.316(b)(2)), which is 2192 days. A shorter `data_retention_days` would erase it too early. \
    HIPAA also asks for audit controls (45 CFR 164.312(b)); see `hipaa-without-audit`.

    Wrong: `[compliance] hipaa_enabled = true, data_retention_days = 365`.

    Right: `data_retention_days = 2192`.
    """

  /// Six years in days, leap days included; 45 CFR 164.316(b)(2).
  static let hipaaDays: Int64 = 2192

  /// Makes the rule.
  public init() {}

  /// One error when the retention is shorter than HIPAA asks for.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    let settings = index.architecture.settings
    guard let hipaa = settings.boolean("compliance.hipaa_enabled"), hipaa.value,
      let days = settings.integer("compliance.data_retention_days"), days.value < Self.hipaaDays
    else { return [] }
    var diagnostic = error(
      "HIPAA asks for six years, but data is kept for \(days.value) days", at: days,
      label: "at least \(Self.hipaaDays) days")
    diagnostic.secondary = hipaa.label("health data")
    diagnostic.fixes = days.fix("keep it for \(Self.hipaaDays) days", to: .integer(Self.hipaaDays))
    return [diagnostic]
  }
}
