public import IgniteSyntax

/// No two services have the same name.
public struct DuplicateService: ValidationRule {
  /// `duplicate-service`.
  public static let code: Diagnostic.Code = "duplicate-service"

  /// The rule in one sentence.
  public static let summary = "No two services have the same name."

  /// Why names are unique.
  public static let explanation = """
    A service's name is its crate, its folder, its database and its host name, so two services \
    cannot share one. `calls` would not say which of the two it means either.

    Wrong: two `[[services]]` tables with `name = "orders"`.

    Right: `name = "orders"` and `name = "orders-archive"`. Names that differ only in `-` and `_` \
    are the same Rust crate and count as equal.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each service whose name another one has already.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    var first: [String: Sourced<String>] = [:]
    var taken = Set(index.servicesByName.keys)
    return index.services.compactMap { service in
      let name = service.name
      let crate = Naming.snake(name.value)
      guard let earlier = first[crate] else {
        first[crate] = name
        return nil
      }
      return duplicate(name, of: earlier, taken: &taken)
    }
  }

  private func duplicate(
    _ name: Sourced<String>, of earlier: Sourced<String>, taken: inout Set<String>
  ) -> Diagnostic {
    var diagnostic = error(
      "the name `\(name.value)` is given to two services", at: name, label: "the same name again")
    diagnostic.secondary = earlier.label("first given here")
    let free = Self.free(name.value, among: taken)
    taken.insert(free)
    diagnostic.fixes = name.fix("call it `\(free)`", to: .string(free))
    return diagnostic
  }

  private static func free(_ name: String, among taken: Set<String>) -> String {
    var number = 2
    while taken.contains("\(name)-\(number)") { number += 1 }
    return "\(name)-\(number)"
  }
}
