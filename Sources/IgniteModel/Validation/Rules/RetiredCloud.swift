public import IgniteSyntax

/// The platform is not sent to a cloud that has stopped operating.
public struct RetiredCloud: ValidationRule {
  /// `retired-cloud`.
  public static let code: Diagnostic.Code = "retired-cloud"

  /// The rule in one sentence.
  public static let summary = "The platform is not sent to a cloud that has stopped operating."

  /// Why a cloud may be gone.
  public static let explanation = """
    Shuttle stopped operating on 2026-01-16, so nothing can be deployed there any more. The \
    target is still understood, because files that name it exist; nothing else about it is \
    checked. Fly is the nearest alternative: it takes the same container image, runs it near its \
    users and has a managed PostgreSQL.

    Wrong: `[cloud] primary = "shuttle"`.

    Right: `[cloud] primary = "fly"`.
    """

  /// Makes the rule.
  public init() {}

  /// One warning for each mention of such a cloud.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    let primary = index.architecture.settings.string("cloud.primary").map { [$0] } ?? []
    let targets = index.architecture.settings.strings("cloud.targets")
    let named = Set((primary + targets).map(\.value))
    return (primary + targets).compactMap { id in
      guard let end = index.capabilities.offering(.cloud, id.value)?.retirement else { return nil }
      var diagnostic = warning(
        "`\(id.value)` stopped operating on \(end.date)", at: id,
        label: "nothing can be deployed there")
      diagnostic.notes.append("`\(end.successor)` is the nearest alternative")
      let isListed = named.contains(end.successor) && id.path.last != .key("primary")
      diagnostic.fixes =
        isListed
        ? id.removal("leave it out")
        : id.fix("use `\(end.successor)`", to: .string(end.successor))
      return diagnostic
    }
  }
}
