public import IgniteSyntax

/// Each name in `pii_fields` is a field of some entity.
public struct UnknownPiiField: ValidationRule {
  /// `unknown-pii-field`.
  public static let code: Diagnostic.Code = "unknown-pii-field"

  /// The rule in one sentence.
  public static let summary = "Each name in `pii_fields` is a field of some entity."

  /// Why a personal field must exist.
  public static let explanation = """
    `compliance.pii_fields` marks every field of that name in every entity as personal. A name \
    that no entity has protects nothing, and most often it is misspelled, so the real field stays \
    visible in logs.

    Wrong: `pii_fields = ["e_mail"]` where the field is called `email`.

    Right: `pii_fields = ["email"]`.
    """

  /// Makes the rule.
  public init() {}

  /// One warning for each name that no entity has, as long as there are fields at all.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    let listed = index.architecture.settings.strings("compliance.pii_fields")
    guard !listed.isEmpty else { return [] }
    let fields = Set(
      index.services.lazy.flatMap(\.entities).flatMap(\.fields).map(\.name.value))
    guard !fields.isEmpty else { return [] }
    let names = fields.subtracting(listed.map(\.value)).sorted()
    return listed.filter { !fields.contains($0.value) }.map { field in
      var diagnostic = warning(
        "no entity has the personal field `\(field.value)`", at: field)
      if let nearest = field.value.nearest(in: names) {
        diagnostic.fixes = field.fix("use `\(nearest)`", to: .string(nearest))
      }
      return diagnostic
    }
  }
}
