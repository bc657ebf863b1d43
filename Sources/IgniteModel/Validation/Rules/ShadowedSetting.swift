public import IgniteSyntax

/// A value for all services is taken by at least one.
public struct ShadowedSetting: ValidationRule {
  /// `shadowed-setting`.
  public static let code: Diagnostic.Code = "shadowed-setting"

  /// The rule in one sentence.
  public static let summary = "A value for all services is taken by at least one."

  /// Why a shared value should be used.
  public static let explanation = """
    A value in `[resilience]` or `[settings]` counts for every service that has none of its own. \
    When all services have one, the shared value is read by nobody, and changing it has no \
    effect.

    Wrong: `[settings] default_database = "postgres"` where every service has `database = { type \
    = "sqlite" }`.

    Right: `default_database = "sqlite"` and services without `database`.
    """

  /// Makes the rule.
  public init() {}

  /// One warning for each shared value that every service replaces.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    guard !index.services.isEmpty else { return [] }
    let groups = Dictionary(grouping: index.inheritedKeys, by: \.inherited)
    return groups.keys.sorted().compactMap { inherited in
      guard let shared = index.architecture.settings[inherited], case .file = shared.provenance,
        let keys = groups[inherited], Self.areAll(index.services, replacing: keys.map(\.own))
      else { return nil }
      return unread(shared, inherited, keys[0].own, in: index)
    }
  }

  private static func areAll(_ services: [Service], replacing keys: [String]) -> Bool {
    services.allSatisfy { service in
      keys.allSatisfy { key in
        guard let own = service.settings[key] else { return key != keys[0] }
        return own.path.isBelow(service.path)
      }
    }
  }

  private func unread(
    _ shared: Sourced<ConfigValue>, _ name: String, _ key: String, in index: ArchitectureIndex
  ) -> Diagnostic {
    var diagnostic = warning(
      "no service takes `\(name)`, each has a value of its own", at: shared, label: "read by nobody"
    )
    diagnostic.secondary = index.services.prefix(3).flatMap {
      $0.settings[key]?.label("`\($0.name.value)` has its own") ?? []
    }
    diagnostic.fixes = shared.removal("leave it out")
    return diagnostic
  }
}
