public import IgniteSyntax

/// No two fields of an entity become the same member or column.
public struct DuplicateField: ValidationRule {
  /// `duplicate-field`.
  public static let code: Diagnostic.Code = "duplicate-field"

  /// The rule in one sentence.
  public static let summary = "No two fields of an entity become the same member or column."

  /// Why fields and enum words are told apart by their words.
  public static let explanation = """
    A field becomes a column, and databases compare column names without case. The words of an \
    `enum(…)` become Rust variants, where `tier1` and `tier_1` are both `Tier1`. \
    Two of the same would not compile.

    Wrong: `fields = { state = "enum(tier1|tier_1)" }`.

    Right: `fields = { state = "enum(tier1|tier2)" }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each field or enum word that is there already.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.lazy.flatMap(\.entities).flatMap { entity in
      fields(of: entity) + entity.fields.flatMap(words)
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

  private func words(of field: Entity.Field) -> [Diagnostic] {
    guard case .enumeration(let words) = field.type.value.scalar else { return [] }
    var first: [String: String] = [:]
    return words.compactMap { word in
      let key = Naming.pascal(word)
      guard let earlier = first.updateValue(word, forKey: key) else { return nil }
      return error(
        "the words `\(earlier)` and `\(word)` of `\(field.name.value)` are the same variant `\(key)`",
        at: field.type)
    }
  }
}
