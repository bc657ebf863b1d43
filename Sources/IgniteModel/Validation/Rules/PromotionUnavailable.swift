public import IgniteSyntax

/// What a canary must keep is written only for clouds that can measure it.
public struct PromotionUnavailable: ValidationRule {
  /// `promotion-unavailable`.
  public static let code: Diagnostic.Code = "promotion-unavailable"

  /// The rule in one sentence.
  public static let summary =
    "What a canary must keep is written only for clouds that can measure it."

  /// Why not every cloud promotes by what it measures.
  public static let explanation = """
    `deployment.promotion_criteria` says which share of requests may fail and how long they may \
    take before a new version gets all of the traffic. AWS and Google Cloud measure that while a \
    new version takes over. Fly, plain Kubernetes and one machine promote a version when its health \
    checks pass, and look at nothing else, so the criteria would have no effect there.

    Wrong: `[deployment.promotion_criteria] error_rate_max = 0.005` with `[cloud] primary = "fly"`.

    Right: the same with `primary = "aws"`; no criteria on Fly.
    """

  /// Makes the rule.
  public init() {}

  private static let keys = ["error_rate_max", "latency_p99_ms"]

  /// One warning for each criterion and cloud that does not look at it.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    let settings = index.architecture.settings
    let written = Self.keys.map { "deployment.promotion_criteria.\($0)" }
      .filter(settings.isWritten).compactMap { settings[$0] }
    return index.clouds.flatMap { cloud -> [Diagnostic] in
      guard let offering = cloud.offering, offering.retirement == nil,
        !offering.provides.contains("promotion")
      else { return [] }
      return written.map { criterion in
        var diagnostic = warning(
          "`\(cloud.id.value)` promotes a version when its health checks pass, whatever it measures",
          at: criterion, label: "has no effect there")
        diagnostic.secondary = cloud.id.label("the cloud")
        diagnostic.fixes = criterion.removal("leave it out")
        return diagnostic
      }
    }
  }
}
