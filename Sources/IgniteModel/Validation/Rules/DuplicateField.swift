public import IgniteSyntax

/// No two fields of an entity become the same member or column.
public struct DuplicateField: ValidationRule {
  /// `duplicate-field`.
  public static let code: Diagnostic.Code = "duplicate-field"

  /// The rule in one sentence.
  public static let summary = "No two fields of an entity become the same member or column."

  /// Why fields are told apart by their words.
  public static let explanation = """
    A field becomes a struct member and a column, named by its words in `snake_case`, and \
    databases compare column names without case. Two fields of the same words are one column \
    twice.

    Wrong: `fields = { total_cents = "i64", totalCents = "i64" }`.

    Right: `fields = { total_cents = "i64" }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each field that is there already.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.lazy.flatMap(\.entities).flatMap { entity in
      fields(of: entity)
    }
  }

  private func fields(of entity: Entity) -> [Diagnostic] {
    var first: [String: Sourced<String>] = [:]
    return entity.fields.compactMap { field in
      let key = Naming.snake(field.name.value)
      guard let earlier = first.updateValue(field.name, forKey: key) else { return nil }
      var diagnostic = error(
        "`\(entity.name.value)` has the field `\(field.name.value)` twice", at: field.name,
        label: "the same column again")
      diagnostic.secondary = earlier.label("first given here")
      return diagnostic
    }
  }
}
