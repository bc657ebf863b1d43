public import IgniteSyntax

/// A service has no more instances at least than at most.
public struct InstanceRange: ValidationRule {
  /// `instance-range`.
  public static let code: Diagnostic.Code = "instance-range"

  /// The rule in one sentence.
  public static let summary = "A service has no more instances at least than at most."

  /// How the two numbers belong together.
  public static let explanation = """
    `min_instances` always run, and load adds more up to `max_instances`. With a minimum above \
    the maximum no cloud accepts the service.

    Wrong: `cloud = { min_instances = 5, max_instances = 2 }`.

    Right: `cloud = { min_instances = 2, max_instances = 5 }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each service whose minimum is above its maximum.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.compactMap { service in
      guard let least = service.settings.integer("cloud.min_instances"),
        let most = service.settings.integer("cloud.max_instances"), least.value > most.value
      else { return nil }
      var diagnostic = error(
        "`\(service.name.value)` has at least \(least.value) instances and at most \(most.value)",
        at: least)
      diagnostic.secondary = most.label("the most instances")
      diagnostic.fixes = most.fix("allow \(least.value)", to: .integer(least.value))
      return diagnostic
    }
  }
}
