import IgniteSyntax

extension Schema {
  /// `[compliance]`: what the law asks for.
  static let compliance: [KeyDeclaration] = [
    KeyDeclaration("compliance", .table, help: "What the law asks for."),
    KeyDeclaration(
      "compliance.audit_logging", .boolean, default: false,
      effect: .checkedOnly,
      help: "Whether every change is written down with who made it.", example: true),
    KeyDeclaration(
      "compliance.pii_fields", .list(.shaped(.fieldName)), default: [],
      help: "Fields of entities that say something about a person; logs and events hide them.",
      example: ["email", "phone"]),
    KeyDeclaration(
      "compliance.data_retention_days", .integer(1...36_500), unit: "days",
      help: "How long data about persons is kept.", example: 365),
    KeyDeclaration(
      "compliance.gdpr_enabled", .boolean, default: false,
      effect: .checkedOnly,
      help: "Whether persons can have their data exported and erased.", example: true),
    KeyDeclaration(
      "compliance.hipaa_enabled", .boolean, default: false,
      effect: .checkedOnly,
      help: "Whether the platform holds health data.", example: true),
  ]
}
