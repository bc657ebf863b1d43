public import IgniteSyntax

/// A platform in several regions names them.
public struct MultiRegionWithoutRegions: ValidationRule {
  /// `multi-region-without-regions`.
  public static let code: Diagnostic.Code = "multi-region-without-regions"

  /// The rule in one sentence.
  public static let summary = "A platform in several regions names them."

  /// Why several regions must be named.
  public static let explanation = """
    `active-passive` and `active-active` deploy the platform to two or more regions and send \
    requests to one or all of them. With fewer than two in `cloud.regions` there is nothing to \
    switch between.

    Wrong: `[deployment] multi_region = "active-passive"` with `regions = ["eu-west-1"]`.

    Right: the same with `regions = ["eu-west-1", "us-east-1"]`.
    """

  /// Makes the rule.
  public init() {}

  /// One error when fewer than two regions are named.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    let settings = index.architecture.settings
    guard let mode = settings.string("deployment.multi_region"), mode.value != "none" else {
      return []
    }
    let regions = settings.strings("cloud.regions")
    guard Set(regions.map(\.value)).count < 2 else { return [] }
    var diagnostic = error(
      "`\(mode.value)` needs two regions, but \(regions.isEmpty ? "none is" : "only one is") named",
      at: mode)
    diagnostic.secondary = regions.first?.label("the only region") ?? []
    diagnostic.notes.append("`cloud.regions` names them")
    return [diagnostic]
  }
}
