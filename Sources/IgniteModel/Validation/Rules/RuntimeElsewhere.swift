public import IgniteSyntax

/// The runtime of a service belongs to the platform's primary cloud.
public struct RuntimeElsewhere: ValidationRule {
  /// `runtime-elsewhere`.
  public static let code: Diagnostic.Code = "runtime-elsewhere"

  /// The rule in one sentence.
  public static let summary = "The runtime of a service belongs to the platform's primary cloud."

  /// Why a runtime belongs to its cloud.
  public static let explanation = """
    `lambda` and `fargate` are runtimes of AWS, `cloud-run` is one of Google Cloud. A service \
    whose runtime is of another cloud than `cloud.primary` would not be deployed.

    Wrong: `[cloud] primary = "gcp"` with `cloud = { runtime = "fargate" }` in a service.

    Right: `cloud = { runtime = "cloud-run" }`, or no runtime, for the cloud has a usual one.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each service whose own choice is of another cloud.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    guard let cloud = index.primaryCloud, let given = cloud.offering else { return [] }
    return index.services.compactMap { service in
      guard let runtime = index.runtime(of: service), let offering = runtime.offering,
        !offering.requires.isSubset(of: given.provides)
      else { return nil }
      return elsewhere(runtime, of: service, not: cloud)
    }
  }

  private func elsewhere(
    _ runtime: ArchitectureIndex.Choice, of service: Service, not cloud: ArchitectureIndex.Choice
  ) -> Diagnostic {
    var diagnostic = error(
      "`\(service.name.value)` runs on `\(runtime.id.value)`, which `\(cloud.id.value)` does not have",
      at: runtime.id)
    diagnostic.secondary = cloud.id.label("the cloud")
    diagnostic.fixes = (cloud.offering?.runtimes ?? []).flatMap {
      runtime.id.fix("run it on `\($0)`", to: .string($0))
    }
    return diagnostic
  }
}
