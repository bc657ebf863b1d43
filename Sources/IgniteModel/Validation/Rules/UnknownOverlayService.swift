public import IgniteSyntax

/// An environment's overlay speaks of services that exist.
public struct UnknownOverlayService: ValidationRule {
  /// `unknown-overlay-service`.
  public static let code: Diagnostic.Code = "unknown-overlay-service"

  /// The rule in one sentence.
  public static let summary = "An environment's overlay speaks of services that exist."

  /// Why an overlay cannot add services.
  public static let explanation = """
    An overlay changes values of services that the file declares; it finds them by name. One that \
    names another service has no effect, most often because the service was renamed. Which \
    services there are is the same in every environment.

    Wrong: an overlay for `order` where the service is called `orders`.

    Right: an overlay for `orders`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each service of an overlay that the file does not declare.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    guard case .table(let environments) = index.document?.root.member("environments")?.node.content
    else { return [] }
    return environments.flatMap { environment -> [Diagnostic] in
      let path = ConfigPath().appending("environments").appending(environment.key)
        .appending("services")
      guard let services = environment.node.member("services")?.node else { return [] }
      return Self.mentions(in: services, at: path)
        .filter { index.servicesByName[$0.name] == nil }
        .map { unknown($0, in: environment.key, among: index) }
    }
  }

  private struct Mention {
    var name: String
    var span: Span
    var fix: @Sendable (String) -> ConfigEdit
  }

  private static func mentions(in services: DocumentNode, at path: ConfigPath) -> [Mention] {
    switch services.content {
    case .table(let members):
      members.map { member in
        let place = path.appending(member.key)
        return Mention(name: member.key, span: member.keySpan) { .rename(place, to: $0) }
      }
    case .array(let elements):
      elements.enumerated().compactMap { number, element in
        guard let node = element.member("name")?.node, case .string(let name) = node.content,
          !name.contains("${")
        else { return nil }
        let place = path.appending(number).appending("name")
        return Mention(name: name, span: node.span) { .set(place, .string($0)) }
      }
    default: []
    }
  }

  private func unknown(
    _ mention: Mention, in environment: String, among index: ArchitectureIndex
  ) -> Diagnostic {
    var diagnostic = Diagnostic.error(
      Self.code,
      "the overlay of `\(environment)` names the service `\(mention.name)`, which is not declared",
      at: mention.span, label: "no service has this name")
    if let nearest = mention.name.nearest(in: index.servicesByName.keys.sorted()) {
      diagnostic.fixes = [Fix("use `\(nearest)`", mention.fix(nearest))]
    }
    return diagnostic
  }
}
