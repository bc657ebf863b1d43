public import IgniteSyntax

/// A service that shows entities of others answers over what it can show them in, and asks over REST or
/// gRPC.
public struct FrontWithoutREST: ValidationRule {
  /// `front-without-rest`.
  public static let code: Diagnostic.Code = "front-without-rest"

  /// The rule in one sentence.
  public static let summary =
    "A service that shows entities of others does so over REST, a `bff` also over GraphQL; they speak REST or gRPC."

  /// Why REST is needed on one side, and REST or gRPC on the other.
  public static let explanation = """
    A `bff` shows the entities of the services that it aggregates, a `cache` those of the \
    services that it calls. They ask over REST, or over gRPC where a service does not speak REST. A \
    `bff` answers over REST and GraphQL, a `cache` over REST, so other protocols of their own would \
    show nothing, which is an error. A service without entities, or with neither `rest` nor `grpc`, \
    has nothing that could be shown; it may still be called by code of yours, hence a warning.

    Wrong: `type = "bff"` with `protocols = ["grpc"]`.

    Right: `protocols = ["rest", "graphql"]`, and `rest` or `grpc` in the services that it aggregates.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each other protocol, one warning for each service with nothing to show.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.filter { index.archetype(of: $0)?.provides("fronts") ?? false }.flatMap {
      service in
      let aggregates = index.archetype(of: service)?.provides("aggregates") ?? false
      let known = aggregates ? ["rest", "graphql"] : ["rest"]
      let mute = service.protocols.filter { !known.contains($0.value) }
      return mute.map { self.mute(service, in: $0, besides: known) }
        + Self.shown(by: service).compactMap { call in
          index.service(named: call.value).flatMap { hidden($0, behind: service, at: call, index) }
        }
    }
  }

  /// The services whose entities it shows.
  private static func shown(by service: Service) -> [Sourced<String>] {
    service.type.value == "bff" ? service.settings.strings("bff.aggregates") : service.calls
  }

  private func mute(
    _ service: Service, in spoken: Sourced<String>, besides known: [String]
  ) -> Diagnostic {
    var diagnostic = error(
      "`\(service.name.value)` shows nothing over `\(spoken.value)`", at: spoken,
      label: "answers over \(Self.quoted(known)) only")
    let path = service.path.appending("protocols")
    let left = service.protocols.map(\.value).filter(known.contains)
    let words = left.isEmpty ? ["rest"] : left
    diagnostic.fixes = [
      Fix("speak \(Self.quoted(words))", .set(path, .array(words.map { .string($0) })))
    ]
    return diagnostic
  }

  private static func quoted(_ words: [String]) -> String {
    words.map { "`\($0)`" }.joined(separator: " and ")
  }

  private func hidden(
    _ target: Service, behind service: Service, at call: Sourced<String>,
    _ index: ArchitectureIndex
  ) -> Diagnostic? {
    let isMute = !index.speaks("clients", target)
    guard index.speaks("calls", target), target.entities.isEmpty || isMute else { return nil }
    let reason = target.entities.isEmpty ? "has no entities" : "speaks neither `rest` nor `grpc`"
    var diagnostic = warning(
      "`\(service.name.value)` shows nothing of `\(target.name.value)`, which \(reason)", at: call)
    if !target.entities.isEmpty { diagnostic.fixes = [target.speakingREST] }
    return diagnostic
  }
}
