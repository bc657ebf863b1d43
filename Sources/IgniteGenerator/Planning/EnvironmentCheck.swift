import IgniteModel
import IgniteSyntax

/// Finds values of environments that what is made for each of them cannot follow.
struct EnvironmentCheck {
  /// An environment whose services are of another make than those of the file.
  static let code: Diagnostic.Code = "environment-unfollowed"

  /// What it means, for `allframe explain`.
  static let explanation = """
    Some clouds get one set of files for all environments and only the numbers of each of them: how \
    much memory a service has, how many instances there are, under which names they are reached. An \
    environment in which a service has another kind of database, other servers or another \
    audience is of another make, and such a file would be wrong there. It keeps what the file says \
    outside `[environments]`. Generate that environment on its own, with `--env NAME` and a folder \
    of its own, or let the environments differ in numbers alone.
    """

  /// Keys that shape what is deployed, those of services first.
  private static let ofServices = ["database.type", "cloud.ingress", "protocols"]
  private static let ofPlatform = [
    "settings.default_database", "settings.event_bus", "security.authentication.provider",
  ]

  /// One warning for each environment with such a value.
  func check(_ platform: PlatformFacts) -> [Diagnostic] {
    platform.environments.value.compactMap { environment in
      let base = Dictionary(
        platform.services.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      let other = environment.platform.services.first { service in
        base[service.name].map { $0.make != service.make } ?? false
      }
      return other.map { warning(environment, about: $0) }
    }
  }

  private func warning(
    _ environment: EnvironmentFacts, about service: ServiceFacts
  ) -> Diagnostic {
    let own = Self.ofServices.compactMap { service.resolved.service.settings[$0]?.provenance }
    let common = Self.ofPlatform.compactMap { environment.platform.settings[$0]?.provenance }
    let place = (own + common).first { if case .overlay = $0 { true } else { false } }
    var diagnostic = Diagnostic.warning(
      Self.code,
      "`\(service.name)` is of another make in `\(environment.name)`, which its overlay cannot follow",
      at: place?.span, label: "not followed")
    diagnostic.notes = [
      "generate it on its own: `--env \(environment.name) --out FOLDER`"
    ]
    return diagnostic
  }
}

extension ServiceFacts {
  /// What files that are the same in all environments follow from.
  fileprivate var make: [String] {
    [hasVolume ? "volume" : "", ingress] + environment.map(\.name) + asked.map(\.name)
  }

  /// Whether files for all environments fit this one as well.
  func isMade(like other: ServiceFacts) -> Bool { make == other.make }
}
