public import IgniteSyntax

/// The marks of a field are of use with its type.
public struct MarkWithoutUse: ValidationRule {
  /// `mark-without-use`.
  public static let code: Diagnostic.Code = "mark-without-use"

  /// The rule in one sentence.
  public static let summary = "The marks of a field are of use with its type."

  /// Why some marks contradict some types.
  public static let explanation = """
    `unique` means that no two entities have the same value. A `bool` has two values and an \
    `enum(…)` has its words, so there could never be more entities than that; of a list or a \
    `json` value a database cannot say well when two are the same. `indexed` means that lists are \
    filtered by the field, for which a list, `json`, `bytes` and `f64` are not suited, so there \
    the word does nothing.

    Wrong: `fields = { paid = "bool unique", tags = "string[] indexed" }`.

    Right: `fields = { paid = "bool indexed", tags = "string[]" }`.
    """

  /// Makes the rule.
  public init() {}

  /// One finding for each mark that does not go with the type that it stands at.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.lazy.flatMap(\.entities).flatMap(\.fields).flatMap { field in
      let type = field.type.value
      let unique = type.isUnique ? unique(field) : nil
      let indexed = type.isIndexed ? indexed(field) : nil
      return [unique, indexed].compactMap { $0 }
    }
  }

  private func unique(_ field: Entity.Field) -> Diagnostic? {
    let type = field.type.value
    guard let label = type.isList ? "a list" : Self.values(of: type.scalar) else { return nil }
    var better = type
    better.isUnique = false
    var diagnostic = error(
      "`\(field.name.value)` cannot be `unique`", at: field.type, label: label)
    diagnostic.fixes = field.type.fix("leave `unique` out", to: .string(better.description))
    return diagnostic
  }

  private static func values(of scalar: FieldType.Scalar) -> String? {
    switch scalar {
    case .bool: "there are two values only"
    case .enumeration(let words): "there are \(words.count) values only"
    case .json: "any JSON value"
    default: nil
    }
  }

  private func indexed(_ field: Entity.Field) -> Diagnostic? {
    let type = field.type.value
    let isUnfit = [.json, .bytes, .f64].contains(type.scalar)
    guard type.isList || isUnfit else { return nil }
    var better = type
    better.isIndexed = false
    var diagnostic = warning(
      "lists are not filtered by `\(field.name.value)`, so `indexed` does nothing",
      at: field.type, label: type.isList ? "a list" : "`\(type.scalar.description)`")
    diagnostic.fixes = field.type.fix("leave `indexed` out", to: .string(better.description))
    return diagnostic
  }
}
