public import IgniteSyntax

/// A service gives versions to events of its own.
public struct VersionWithoutEvent: ValidationRule {
  /// `version-without-event`.
  public static let code: Diagnostic.Code = "version-without-event"

  /// The rule in one sentence.
  public static let summary = "A service gives versions to events of its own."

  /// Why only the owner has the version.
  public static let explanation = """
    The version of an event says which form its payload has, and the form is the business of the \
    service that publishes it. A version for an event that the service does not publish has no \
    effect, most often because the event was renamed or belongs to another service.

    Wrong: `publishes = ["OrderPlaced"]` with `event_versions = { OrderTaken = 2 }`.

    Right: `publishes = ["OrderPlaced"]` with `event_versions = { OrderPlaced = 2 }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each version of an event that the service does not publish.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service -> [Diagnostic] in
      let events = service.publishes.map(\.value)
      return service.eventVersions.filter { !events.contains($0.event) }
        .map { unknown($0.event, $0.version, of: service, among: events) }
    }
  }

  private func unknown(
    _ event: String, _ version: Sourced<ConfigValue>, of service: Service, among events: [String]
  ) -> Diagnostic {
    var diagnostic = error(
      "`\(service.name.value)` gives `\(event)` a version but does not publish it", at: version)
    let free = events.filter { service.settings["event_versions.\($0)"] == nil }
    if let nearest = event.nearest(in: free), case .file = version.provenance {
      diagnostic.fixes = [Fix("use `\(nearest)`", .rename(version.path, to: nearest))]
    } else {
      diagnostic.fixes = version.removal("leave it out")
    }
    return diagnostic
  }
}

extension Service {
  /// The events with a version, in alphabetical order.
  fileprivate var eventVersions: [(event: String, version: Sourced<ConfigValue>)] {
    let start = "event_versions."
    return settings.writtenPaths.filter { $0.hasPrefix(start) }.compactMap { path in
      settings[path].map { (String(path.dropFirst(start.count)), $0) }
    }
  }
}
