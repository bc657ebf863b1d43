public import IgniteSyntax

/// A `ref(…)` names an entity of the same service.
public struct UnknownEntity: ValidationRule {
  /// `unknown-entity`.
  public static let code: Diagnostic.Code = "unknown-entity"

  /// The rule in one sentence.
  public static let summary = "A `ref(…)` names an entity of the same service."

  /// Why references stay inside a service.
  public static let explanation = """
    `ref(Entity)` becomes a foreign key, and a foreign key cannot leave the service's own \
    database. To point at an entity of another service, keep its id as a `uuid` field and ask \
    that service for the rest.

    Wrong: `fields = { product_id = "ref(Product)" }` in a service that has no entity `Product`.

    Right: `fields = { product_id = "uuid" }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each reference to an entity that the service does not have.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service in
      let names = Set(service.entities.map(\.name.value))
      return service.entities.flatMap(\.fields).compactMap { field -> Diagnostic? in
        guard case .reference(let name) = field.type.value.scalar, !names.contains(name) else {
          return nil
        }
        return unknown(name, in: field, of: service, among: names.sorted())
      }
    }
  }

  private func unknown(
    _ name: String, in field: Entity.Field, of service: Service, among names: [String]
  ) -> Diagnostic {
    var diagnostic = error(
      "`\(service.name.value)` has no entity `\(name)`", at: field.type,
      label: "refers to an entity of the same service")
    var type = field.type.value
    let meant = name.nearest(in: names)
    type.scalar = meant.map { .reference($0) } ?? .uuid
    diagnostic.fixes = field.type.fix(
      meant.map { "refer to `\($0)`" } ?? "keep its id only", to: .string(type.description))
    return diagnostic
  }
}
