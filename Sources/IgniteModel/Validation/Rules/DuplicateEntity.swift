public import IgniteSyntax

/// No two entities of a service, and no two fields of an entity, become the same name in Rust.
public struct DuplicateEntity: ValidationRule {
  /// `duplicate-entity`.
  public static let code: Diagnostic.Code = "duplicate-entity"

  /// The rule in one sentence.
  public static let summary =
    "No two entities of a service, and no two fields of an entity, become the same name in Rust."

  /// Why entities are told apart by their words.
  public static let explanation = """
    An entity becomes a Rust module and a table named after its words in `snake_case`, so \
    `HttpServer` and `HTTPServer` are the same entity twice. An entity may stand either in \
    `domain.entities` or in `[[services.entities]]`, not in both.

    Wrong: `domain = { entities = ["Order", "Order"] }`.

    Right: `domain = { entities = ["Order", "OrderLine"] }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each entity that is there already.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service in
      var first: [String: Sourced<String>] = [:]
      return service.entities.compactMap { entity -> Diagnostic? in
        let key = Naming.snake(entity.name.value)
        guard let earlier = first[key] else {
          first[key] = entity.name
          return nil
        }
        return duplicate(entity, of: earlier, in: service)
      }
    }
  }

  private func duplicate(
    _ entity: Entity, of earlier: Sourced<String>, in service: Service
  ) -> Diagnostic {
    var diagnostic = error(
      "`\(service.name.value)` has the entity `\(entity.name.value)` twice", at: entity.name,
      label: "the same entity again")
    diagnostic.secondary = earlier.label("first given here")
    if case .index = entity.name.path.last, entity.fields.isEmpty {
      diagnostic.fixes = entity.name.removal("leave the second one out")
    }
    return diagnostic
  }
}
