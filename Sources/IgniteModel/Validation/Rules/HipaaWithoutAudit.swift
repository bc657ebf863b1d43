public import IgniteSyntax

/// A platform with health data writes down who changed what.
public struct HipaaWithoutAudit: ValidationRule {
  /// `hipaa-without-audit`.
  public static let code: Diagnostic.Code = "hipaa-without-audit"

  /// The rule in one sentence.
  public static let summary = "A platform with health data writes down who changed what."

  /// Why HIPAA needs the audit log.
  public static let explanation = """
    HIPAA asks for audit controls: mechanisms that record activity in systems with health data \
    (45 CFR 164.312(b)). `audit_logging` generates them.

    Wrong: `[compliance] hipaa_enabled = true` alone.

    Right: `[compliance] hipaa_enabled = true, audit_logging = true`.
    """

  /// Makes the rule.
  public init() {}

  /// One error when health data is held without an audit log.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    let settings = index.architecture.settings
    guard let hipaa = settings.boolean("compliance.hipaa_enabled"), hipaa.value,
      let audit = settings.boolean("compliance.audit_logging"), !audit.value
    else { return [] }
    var diagnostic = error(
      "HIPAA is enabled without an audit log", at: hipaa, label: "asks for a record of activity")
    diagnostic.secondary = audit.label("no audit log")
    diagnostic.fixes = audit.fix("write an audit log", to: .boolean(true))
    return [diagnostic]
  }
}
