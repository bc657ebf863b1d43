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
    Events that travel between services never carry personal fields: the generator leaves them \
    out, whatever type the service has. An `event-sourced` service is different, because its \
    events are also where it keeps its data: a personal field has to be in them, they are never \
    changed once they are written, and what the GDPR lets a person ask to be erased cannot be \
    erased. Keep personal fields in a service whose rows may change, such as a `stateless` one, \
    and only its id in the events.

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
    let listed = index.architecture.personalFieldNames
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
