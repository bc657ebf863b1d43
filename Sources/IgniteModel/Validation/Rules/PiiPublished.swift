public import IgniteSyntax

/// Personal fields are not written into a history that cannot be changed.
public struct PiiPublished: ValidationRule {
  /// `pii-published`.
  public static let code: Diagnostic.Code = "pii-published"

  /// The rule in one sentence.
  public static let summary =
    "Personal fields are not written into a history that cannot be changed."

  /// Why personal data stays out of events.
  public static let explanation = """
    An `event-sourced` service never changes an event once it is written, and whoever consumed it \
    has a copy. Data of a person in it cannot be erased when the person asks, which the GDPR \
    gives them the right to. Keep personal fields in a `stateless` service and only its id in the \
    events, or give the service a database in which rows may change.

    Wrong: `gdpr_enabled = true` and an `event-sourced` service whose entity has `email = "string \
    pii"`.

    Right: the entity has `contact_id = "uuid"`, and a `stateless` service keeps the contact.
    """

  /// Makes the rule.
  public init() {}

  /// One warning for each personal field of such a service.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    guard let gdpr = index.architecture.settings.boolean("compliance.gdpr_enabled"), gdpr.value
    else {
      return []
    }
    let listed = Set(index.architecture.settings.strings("compliance.pii_fields").map(\.value))
    return index.services.flatMap { service -> [Diagnostic] in
      guard index.archetype(of: service)?.provides("immutable-history") ?? false else { return [] }
      return service.entities.flatMap(\.fields)
        .filter { $0.type.value.isPersonal || listed.contains($0.name.value) }
        .map { kept($0, in: service, gdpr: gdpr) }
    }
  }

  private func kept(
    _ field: Entity.Field, in service: Service, gdpr: Sourced<Bool>
  ) -> Diagnostic {
    var diagnostic = warning(
      "`\(service.name.value)` writes the personal field `\(field.name.value)` into events that cannot be erased",
      at: field.name)
    diagnostic.secondary =
      service.type.label("events stay as they are") + gdpr.label("persons may have it erased")
    return diagnostic
  }
}
