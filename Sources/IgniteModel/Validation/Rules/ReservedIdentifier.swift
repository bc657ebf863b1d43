public import IgniteSyntax

/// Entities, fields and events are not named like something that Rust has already.
public struct ReservedIdentifier: ValidationRule {
  /// `reserved-identifier`.
  public static let code: Diagnostic.Code = "reserved-identifier"

  /// The rule in one sentence.
  public static let summary =
    "Entities, fields and events are not named like something that Rust has already."

  /// Why some identifiers are taken.
  public static let explanation = """
    An entity and an event become Rust types, a field becomes a struct member, a word of an \
    `enum(…)` a variant. The names are used as they stand and never bent: a keyword would not \
    compile, and an entity called `Option` or `Result` would hide the type that all other code \
    means.

    Wrong: `name = "Option"`, `fields = { type = "string" }`, `kind = "enum(self|other)"`.

    Right: `name = "Choice"`, `fields = { kind = "string" }`, `kind = "enum(own|other)"`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each name that is taken.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service in
      service.entities.flatMap(taken)
        + service.publishes.compactMap { typeName($0, of: "event") }
    }
  }

  private func taken(in entity: Entity) -> [Diagnostic] {
    [typeName(entity.name, of: "entity")].compactMap(\.self)
      + entity.fields.compactMap { fieldName($0.name, in: entity) ?? variant(of: $0) }
  }

  private func typeName(_ name: Sourced<String>, of thing: String) -> Diagnostic? {
    guard RustWords.types.contains(name.value) else { return nil }
    return error(
      "the \(thing) `\(name.value)` has the name of a type of Rust", at: name,
      label: "would hide the type of the language")
  }

  private func fieldName(_ name: Sourced<String>, in entity: Entity) -> Diagnostic? {
    guard RustWords.keywords.contains(name.value) else { return nil }
    var diagnostic = error(
      "the field `\(name.value)` has the name of a keyword of Rust", at: name, label: "a keyword")
    let taken = Set(entity.fields.map(\.name.value))
    let better = [RustWords.synonyms[name.value], name.value + "_value"].compactMap(\.self)
    if name.provenance.isEditable, let free = better.first(where: { !taken.contains($0) }) {
      diagnostic.fixes = [Fix("call it `\(free)`", .rename(name.path, to: free))]
    }
    return diagnostic
  }

  private func variant(of field: Entity.Field) -> Diagnostic? {
    guard case .enumeration(let words) = field.type.value.scalar,
      let word = words.first(where: { RustWords.keywords.contains(Naming.pascal($0)) })
    else { return nil }
    return error(
      "the word `\(word)` of `\(field.name.value)` would be the keyword `\(Naming.pascal(word))` "
        + "of Rust", at: field.type)
  }
}
