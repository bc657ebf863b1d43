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
    spelling: `UpperCamelCase` of at most 64 characters for entities and events, `snake_case` of \
    at most 63 for fields, ASCII letters and digits only, a letter first.

    Wrong: `name = "order-line"`, `fields = { totalCents = "i64" }`.

    Right: `name = "OrderLine"`, `fields = { total_cents = "i64" }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each name that is not such an identifier.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service in
      service.entities.flatMap { misnamed($0, in: service) }
        + service.publishes.compactMap { misnamed($0, in: index) }
    } + personalFields(in: index)
  }

  private func misnamed(_ event: Sourced<String>, in index: ArchitectureIndex) -> Diagnostic? {
    guard var diagnostic = typeName(event, of: "event") else { return nil }
    if let better = Self.repairedType(event.value), index.publishers[better] == nil,
      index.publishers[event.value]?.count == 1
    {
      let mentions = (index.consumers[event.value] ?? []).map(\.event)
      diagnostic.fixes = event.renaming(to: better, mentions: mentions)
    }
    return diagnostic
  }

  private func misnamed(_ entity: Entity, in service: Service) -> [Diagnostic] {
    let fields = entity.fields.compactMap { fieldName($0.name, in: entity) }
    guard var diagnostic = typeName(entity.name, of: "entity") else { return fields }
    let isTaken = { (name: String) in service.entities.contains { $0.name.value == name } }
    if let better = Self.repairedType(entity.name.value), !isTaken(better) {
      diagnostic.fixes = entity.name.renaming(to: better, mentions: [])
    }
    return [diagnostic] + fields
  }

  private func typeName(_ name: Sourced<String>, of thing: String) -> Diagnostic? {
    guard !TextShape.typeName.matches(name.value) else { return nil }
    return error(
      "the \(thing) name `\(name.value)` is not a Rust type name", at: name,
      label: "`UpperCamelCase` is expected")
  }

  private func fieldName(_ name: Sourced<String>, in entity: Entity) -> Diagnostic? {
    guard !TextShape.fieldName.matches(name.value) else { return nil }
    var diagnostic = error(
      "the field name `\(name.value)` is not a Rust identifier", at: name,
      label: "`snake_case` is expected")
    let better = Naming.snake(name.value)
    let isFree = !entity.fields.contains { $0.name.value == better }
    if isFree, Self.isFreeField(better), name.provenance.isEditable {
      diagnostic.fixes = [Fix("call it `\(better)`", .rename(name.path, to: better))]
    }
    return diagnostic
  }

  private func personalFields(in index: ArchitectureIndex) -> [Diagnostic] {
    index.architecture.settings.strings("compliance.pii_fields")
      .filter { !TextShape.fieldName.matches($0.value) }
      .map { field in
        error(
          "the field name `\(field.value)` is not a Rust identifier", at: field,
          label: "`snake_case` is expected")
      }
  }

  private static func repairedType(_ name: String) -> String? {
    let better = Naming.pascal(name)
    return TextShape.typeName.matches(better) && !RustWords.types.contains(better) ? better : nil
  }

  private static func isFreeField(_ name: String) -> Bool {
    TextShape.fieldName.matches(name) && !RustWords.keywords.contains(name)
      && !ReservedField.names.contains(name)
  }
}
