public import IgniteSyntax

/// A service says only what differs from what it inherits.
public struct OverrideEqualsInherited: ValidationRule {
  /// `override-equals-inherited`.
  public static let code: Diagnostic.Code = "override-equals-inherited"

  /// The rule in one sentence.
  public static let summary = "A service says only what differs from what it inherits."

  /// Why a service says only what differs.
  public static let explanation = """
    A service inherits `[resilience]`, `settings.default_database` and the runtime of the primary \
    cloud, and may have values of its own. One that equals the inherited value changes nothing \
    now, and later it keeps the service from following the platform.

    Wrong: `[resilience] retry = { max_attempts = 5 }` and in a service `retry = { max_attempts = \
    5 }`.

    Right: the service without `retry`.
    """

  /// Makes the rule.
  public init() {}

  /// One warning for each value of a service that is written in the platform's tables as well.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    let chosen = index.inheritedKeys.compactMap { key in
      index.architecture.settings[key.inherited].map { (own: key.own, inherited: $0) }
    }.filter { $0.inherited.isChosen }
    return index.services.flatMap { service in
      chosen.compactMap { key, inherited -> Diagnostic? in
        guard let own = service.settings[key], case .file = own.provenance,
          own.path.isBelow(service.path), own.value == inherited.value
        else { return nil }
        return same(own, as: inherited, of: service)
      }
    }
  }

  private func same(
    _ own: Sourced<ConfigValue>, as inherited: Sourced<ConfigValue>, of service: Service
  ) -> Diagnostic {
    let key = ConfigPath(Array(own.path.components.dropFirst(service.path.components.count)))
    var diagnostic = warning(
      "`\(key)` of `\(service.name.value)` has the value that it inherits anyway", at: own,
      label: "changes nothing")
    diagnostic.secondary = inherited.label("inherited from here")
    diagnostic.fixes = own.removal("leave it out")
    return diagnostic
  }
}

extension ArchitectureIndex {
  /// A key of a service and the key of the platform whose value it takes when it is absent.
  struct InheritedKey: Hashable {
    /// The path below the service.
    var own: String
    /// The path from the root.
    var inherited: String
  }

  /// The keys that services inherit, the runtime of the primary cloud among them.
  var inheritedKeys: [InheritedKey] {
    let runtime = primaryCloud.map {
      InheritedKey(own: "cloud.runtime", inherited: "cloud.\($0.id.value).runtime")
    }
    return Self.declaredInheritance + (runtime.map { [$0] } ?? [])
  }

  private static let declaredInheritance: [InheritedKey] = Schema.core.declarations.compactMap {
    guard $0.path.isBelowService, let inherited = $0.inherits, !inherited.isBelowService else {
      return nil
    }
    let own = $0.path.description.dropFirst("services[].".count)
    return InheritedKey(own: String(own), inherited: inherited.description)
  }
}
