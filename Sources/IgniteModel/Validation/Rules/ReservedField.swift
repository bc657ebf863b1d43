public import IgniteSyntax

/// No entity declares a field that every entity has by itself.
public struct ReservedField: ValidationRule {
  /// `reserved-field`.
  public static let code: Diagnostic.Code = "reserved-field"

  /// The rule in one sentence.
  public static let summary = "No entity declares a field that every entity has by itself."

  /// Why some fields come by themselves.
  public static let explanation = """
    Every entity has an `id` (a UUID that sorts by time), `created_at` and `updated_at` (instants \
    in UTC) and a `version` (which grows with each change and is the entity's ETag). The \
    generated code keeps them; a declared field of the same name would be a second column. So \
    would `frame_tenant`, which says whose a row is in tables that tenants share.

    Wrong: `fields = { id = "uuid", total_cents = "i64" }`.

    Right: `fields = { total_cents = "i64" }`. For a number or version of your own choose another \
    name, such as `external_id` or `schema_version`.
    """

  /// The fields that come by themselves.
  static let names: Set<String> = [
    "id", "created_at", "updated_at", "version", "frame_tenant",
  ]

  /// Makes the rule.
  public init() {}

  /// One error for each such field.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.lazy.flatMap(\.entities).flatMap { entity in
      entity.fields.filter { Self.names.contains($0.name.value) }.map { reserved($0, of: entity) }
    }
  }

  private func reserved(_ field: Entity.Field, of entity: Entity) -> Diagnostic {
    var diagnostic = error(
      "`\(entity.name.value)` declares the field `\(field.name.value)`, which every entity has",
      at: field.name, label: "comes by itself")
    diagnostic.fixes = field.name.removal("leave it out")
    return diagnostic
  }
}
