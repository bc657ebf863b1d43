public import IgniteSyntax

/// The words of an `enum(…)` can be Rust variants.
public struct InvalidEnumWord: ValidationRule {
  /// `invalid-enum-word`.
  public static let code: Diagnostic.Code = "invalid-enum-word"

  /// The rule in one sentence.
  public static let summary = "The words of an `enum(…)` can be Rust variants."

  /// Why enum words are plain.
  public static let explanation = """
    Each word of an `enum(…)` becomes a Rust variant in `UpperCamelCase` and the text that is \
    stored in the database and sent in JSON. It starts with a letter and holds lower-case ASCII \
    letters, digits and underscores only.

    Wrong: `state = "enum(1st|in-progress)"`.

    Right: `state = "enum(first|in_progress)"`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each word that cannot be a variant.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.lazy.flatMap(\.entities).flatMap(\.fields).flatMap { field -> [Diagnostic] in
      guard case .enumeration(let words) = field.type.value.scalar else { return [] }
      return words.filter { !TextShape.fieldName.matches($0) }.map { word in
        var diagnostic = error(
          "the word `\(word)` of `\(field.name.value)` cannot be a Rust variant", at: field.type,
          label: "lower-case letters, digits and `_` are expected, a letter first")
        diagnostic.fixes = Self.repair(word, in: field)
        return diagnostic
      }
    }
  }

  private static func repair(_ word: String, in field: Entity.Field) -> [Fix] {
    var type = field.type.value
    let better = Naming.snake(word)
    guard case .enumeration(let words) = type.scalar, TextShape.fieldName.matches(better),
      !words.contains(better)
    else { return [] }
    type.scalar = .enumeration(words.map { $0 == word ? better : $0 })
    return field.type.fix("use `\(better)`", to: .string(type.description))
  }
}
