public import IgniteSyntax

/// Entities, fields and events have names that are Rust identifiers in their usual spelling.
public struct InvalidIdentifier: ValidationRule {
  /// `invalid-identifier`.
  public static let code: Diagnostic.Code = "invalid-identifier"

  /// The rule in one sentence.
  public static let summary =
    "Entities, fields and events have names that are Rust identifiers in their usual spelling."

  /// Why these names are identifiers.
  public static let explanation = """
    An entity and an event become Rust types, a field becomes a struct member and a column. The \
    names are used as they stand and never bent, so they must be identifiers in Rust's own \
    spelling: `UpperCamelCase` for entities and events, `snake_case` for fields, ASCII letters \
    and digits, no keyword, no type of the Rust prelude.

    Wrong: `name = "order-line"`, `fields = { type = "string", totalCents = "i64" }`.

    Right: `name = "OrderLine"`, `fields = { kind = "string", total_cents = "i64" }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each name that is not such an identifier.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service in
      service.entities.flatMap { misnamed($0, in: service) }
        + service.publishes.compactMap { misnamed($0, in: index) }
    }
  }

  private func misnamed(_ event: Sourced<String>, in index: ArchitectureIndex) -> Diagnostic? {
    guard var diagnostic = typeName(event, of: "event") else { return nil }
    let spelling = NameStyle.upperCamelCase(event.value)
    if let spelling, index.publishers[spelling] == nil, index.publishers[event.value]?.count == 1 {
      let mentions = (index.consumers[event.value] ?? []).map(\.event)
      diagnostic.fixes = event.renaming(to: spelling, mentions: mentions)
    }
    return diagnostic
  }

  private func misnamed(_ entity: Entity, in service: Service) -> [Diagnostic] {
    let fields = entity.fields.compactMap { fieldName($0.name) }
    guard var diagnostic = typeName(entity.name, of: "entity") else { return fields }
    let spelling = NameStyle.upperCamelCase(entity.name.value)
    if let spelling, isFree(spelling, in: service), !isReferenced(entity, in: service) {
      diagnostic.fixes = entity.name.renaming(to: spelling, mentions: [])
    }
    return [diagnostic] + fields
  }

  private func isFree(_ name: String, in service: Service) -> Bool {
    !RustWords.types.contains(name) && !service.entities.contains { $0.name.value == name }
  }

  private func isReferenced(_ entity: Entity, in service: Service) -> Bool {
    service.entities.lazy.flatMap(\.fields).contains {
      $0.type.value.scalar == .reference(entity.name.value)
    }
  }

  private func typeName(_ name: Sourced<String>, of thing: String) -> Diagnostic? {
    if !NameStyle.isUpperCamelCase(name.value) {
      return error(
        "the \(thing) name `\(name.value)` is not a Rust type name", at: name,
        label: "`UpperCamelCase` is expected")
    }
    guard RustWords.types.contains(name.value) else { return nil }
    return error(
      "the \(thing) name `\(name.value)` is a type of Rust", at: name,
      label: "the type of the language would be hidden")
  }

  private func fieldName(_ name: Sourced<String>) -> Diagnostic? {
    if !NameStyle.isSnakeCase(name.value) {
      var diagnostic = error(
        "the field name `\(name.value)` is not a Rust identifier", at: name,
        label: "`snake_case` is expected")
      if let spelling = NameStyle.snakeCase(name.value) {
        diagnostic.fixes = Self.renaming(name, to: spelling)
      }
      return diagnostic
    }
    guard RustWords.keywords.contains(name.value) else { return nil }
    var diagnostic = error(
      "the field name `\(name.value)` is a keyword of Rust", at: name, label: "a keyword")
    diagnostic.fixes = Self.renaming(name, to: name.value + "_value")
    return diagnostic
  }

  private static func renaming(_ name: Sourced<String>, to spelling: String) -> [Fix] {
    name.provenance.isEditable
      ? [Fix("call it `\(spelling)`", .rename(name.path, to: spelling))] : []
  }
}
