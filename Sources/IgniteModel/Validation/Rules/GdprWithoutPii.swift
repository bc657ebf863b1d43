public import IgniteSyntax

/// A platform under the GDPR says which fields are about persons.
public struct GdprWithoutPii: ValidationRule {
  /// `gdpr-without-pii`.
  public static let code: Diagnostic.Code = "gdpr-without-pii"

  /// The rule in one sentence.
  public static let summary = "A platform under the GDPR says which fields are about persons."

  /// Why the GDPR needs personal fields.
  public static let explanation = """
    With `gdpr_enabled` the platform exports and erases the data of a person and keeps it out of \
    logs. It can only do so for fields that it knows to be personal: those marked `pii` in an \
    entity and those named in `compliance.pii_fields`. With neither there is nothing to export or \
    erase, and the switch promises what the platform does not do.

    Wrong: `[compliance] gdpr_enabled = true` alone.

    Right: the same with `pii_fields = ["email"]`, or `fields = { email = "string pii" }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error when no field is personal.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    guard let gdpr = index.architecture.settings.boolean("compliance.gdpr_enabled"), gdpr.value,
      index.architecture.settings.strings("compliance.pii_fields").isEmpty,
      !index.services.contains(where: Self.hasPersonalFields)
    else { return [] }
    var diagnostic = error(
      "the GDPR is enabled, but no field is personal", at: gdpr,
      label: "nothing to export or erase")
    let suspects = Self.suspects(in: index)
    if !suspects.isEmpty {
      let names = suspects.map { "`\($0)`" }.joined(separator: ", ")
      let path = ConfigPath().appending("compliance").appending("pii_fields")
      diagnostic.fixes = [
        Fix("call \(names) personal", .set(path, .array(suspects.map(ConfigValue.string))))
      ]
    }
    return [diagnostic]
  }

  private static func hasPersonalFields(_ service: Service) -> Bool {
    service.entities.contains { $0.fields.contains { $0.type.value.isPersonal } }
  }

  private static func suspects(in index: ArchitectureIndex) -> [String] {
    let names = index.services.lazy.flatMap(\.entities).flatMap(\.fields).map(\.name.value)
    return Set(names).intersection(usualNames).sorted()
  }

  /// Names under which personal data usually stands.
  private static let usualNames: Set<String> = [
    "address", "birth_date", "birthday", "city", "date_of_birth", "email", "email_address",
    "first_name", "full_name", "iban", "ip_address", "last_name", "passport_number", "phone",
    "phone_number", "postal_code", "ssn", "street", "surname", "tax_id", "user_name", "username",
  ]
}
