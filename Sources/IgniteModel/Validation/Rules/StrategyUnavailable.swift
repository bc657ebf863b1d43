public import IgniteSyntax

/// The deployment strategy is one that the platform's clouds know.
public struct StrategyUnavailable: ValidationRule {
  /// `strategy-unavailable`.
  public static let code: Diagnostic.Code = "strategy-unavailable"

  /// The rule in one sentence.
  public static let summary = "The deployment strategy is one that the platform's clouds know."

  /// Why a strategy depends on the cloud.
  public static let explanation = """
    A canary or blue-green deployment needs something that divides or switches traffic: weighted \
    target groups on AWS, revisions on Cloud Run, the deploy strategies of Fly. Docker on one \
    machine and plain Kubernetes deployments have `rolling` and `recreate` only.

    Wrong: `[deployment] strategy = "canary"` with `[cloud] primary = "local"`, or with no \
    `[cloud]` at all.

    Right: `strategy = "canary"` with `primary = "aws"`; `strategy = "rolling"` anywhere.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each cloud that does not know the strategy.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    guard let id = index.architecture.settings.string("deployment.strategy"),
      let strategy = index.capabilities.offering(.strategy, id.value)
    else { return [] }
    return index.clouds.compactMap { cloud in
      guard let offering = cloud.offering, offering.retirement == nil,
        !strategy.requires.isSubset(of: offering.provides)
      else { return nil }
      return missing(id, on: cloud.id, in: index)
    }
  }

  private func missing(
    _ strategy: Sourced<String>, on cloud: Sourced<String>, in index: ArchitectureIndex
  ) -> Diagnostic {
    var diagnostic = error(
      "`\(cloud.value)` has no \(strategy.value) deployment", at: strategy)
    diagnostic.secondary = cloud.label("the cloud")
    let clouds = index.capabilities.ids(.cloud, providing: [Capability(strategy.value)])
    if !clouds.isEmpty {
      let names = clouds.map { "`\($0)`" }.joined(separator: ", ")
      diagnostic.notes.append("\(names) have it")
    }
    let strategies = index.capabilities.ids(.strategy, satisfiedBy: index.givenByAllClouds)
    diagnostic.fixes = strategies.prefix(2).flatMap {
      strategy.fix("deploy `\($0)`", to: .string($0))
    }
    return diagnostic
  }
}
