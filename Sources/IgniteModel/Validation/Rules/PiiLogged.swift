public import IgniteSyntax

/// Personal fields do not travel in trace baggage.
public struct PiiLogged: ValidationRule {
  /// `pii-logged`.
  public static let code: Diagnostic.Code = "pii-logged"

  /// The rule in one sentence.
  public static let summary = "Personal fields do not travel in trace baggage."

  /// Why personal data stays out of baggage.
  public static let explanation = """
    Baggage goes with every call as a plain header, also to systems outside of the platform, and \
    its entries are written on every log line and span. What is personal must not be there: logs \
    are kept long, read by many and cannot be erased person by person.

    Wrong: `pii_fields = ["user_id"]` with `[observability.baggage] user_id = true`.

    Right: `user_id = false`; `correlation_id` finds the lines of one business transaction as \
    well.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each entry of the baggage that is personal.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    let personal = index.personalFields
    return ["tenant_id", "user_id", "correlation_id"].compactMap { name in
      guard let place = personal[name],
        let entry = index.architecture.settings.boolean("observability.baggage.\(name)"),
        entry.value
      else { return nil }
      var diagnostic = error(
        "the personal field `\(name)` is logged as trace baggage", at: entry,
        label: "on every log line and call")
      diagnostic.secondary = place.span.map { [Diagnostic.Label($0, "called personal here")] } ?? []
      diagnostic.fixes = entry.fix("leave it out of the baggage", to: .boolean(false))
      return diagnostic
    }
  }
}

extension ArchitectureIndex {
  /// The names of personal fields, each with a place that says so.
  var personalFields: [String: Provenance] {
    var places: [String: Provenance] = [:]
    for field in services.lazy.flatMap(\.entities).flatMap(\.fields)
    where field.type.value.isPersonal && places[field.name.value] == nil {
      places[field.name.value] = field.type.provenance
    }
    for field in architecture.settings.strings("compliance.pii_fields") {
      places[field.value] = field.provenance
    }
    return places
  }
}
