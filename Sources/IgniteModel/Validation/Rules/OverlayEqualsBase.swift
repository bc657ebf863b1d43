public import IgniteSyntax

/// An environment's overlay says only what differs.
public struct OverlayEqualsBase: ValidationRule {
  /// `overlay-equals-base`.
  public static let code: Diagnostic.Code = "overlay-equals-base"

  /// The rule in one sentence.
  public static let summary = "An environment's overlay says only what differs."

  /// Why an overlay says only what differs.
  public static let explanation = """
    What stands in `[environments.<name>]` takes the place of the same key of the file in that \
    environment. A value that is the same there changes nothing now, and later somebody changes \
    the one and wonders why the other stays.

    Wrong: `[deployment] strategy = "rolling"` and `[environments.staging.deployment] strategy = \
    "rolling"`.

    Right: the overlay without the key.
    """

  /// Makes the rule.
  public init() {}

  /// One warning for each value of an overlay that the base of the file has as well.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    guard let root = index.document?.root,
      case .table(let environments) = root.member("environments")?.node.content
    else { return [] }
    return environments.flatMap { environment in
      let path = ConfigPath().appending("environments").appending(environment.key)
      var pairs: [Pair] = []
      Self.compare(environment.node, with: root, at: path, depth: 0, &pairs)
      return pairs.map { same($0, in: environment.key) }
    }
  }

  private struct Pair {
    var path: ConfigPath
    var overlay: DocumentNode
    var base: DocumentNode
  }

  private static func compare(
    _ overlay: DocumentNode, with base: DocumentNode, at path: ConfigPath, depth: Int,
    _ pairs: inout [Pair]
  ) {
    guard case .table(let members) = overlay.content, case .table(let others) = base.content,
      depth < 256
    else {
      if overlay.value == base.value {
        pairs.append(Pair(path: path, overlay: overlay, base: base))
      }
      return
    }
    let nodes = Dictionary(
      others.map { ($0.key, $0.node) }, uniquingKeysWith: { first, _ in first })
    for member in members {
      guard let other = nodes[member.key] else { continue }
      compare(member.node, with: other, at: path.appending(member.key), depth: depth + 1, &pairs)
    }
  }

  private func same(_ pair: Pair, in environment: String) -> Diagnostic {
    let key = ConfigPath(Array(pair.path.components.dropFirst(2)))
    var diagnostic = Diagnostic.warning(
      Self.code, "`\(key)` has the same value in `\(environment)` as in the base",
      at: pair.overlay.span, label: "changes nothing")
    diagnostic.secondary = [Diagnostic.Label(pair.base.span, "the base")]
    diagnostic.fixes = [Fix("leave it out", .remove(pair.path))]
    return diagnostic
  }
}
