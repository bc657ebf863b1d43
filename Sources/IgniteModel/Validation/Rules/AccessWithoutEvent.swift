public import IgniteSyntax

/// Who may hear an event is said of events that the service tells its clients of.
public struct AccessWithoutEvent: ValidationRule {
  /// `access-without-event`.
  public static let code: Diagnostic.Code = "access-without-event"

  /// The rule in one sentence.
  public static let summary =
    "Who may hear an event is said of events that the service tells its clients of."

  /// Why a wrong name is dangerous.
  public static let explanation = """
    `subscriptions.roles` and `subscriptions.subjects` say which clients may hear an event; an event \
    that is not named there is for everybody with a token. A name that the service does not consume \
    protects nothing, and the event that was meant stays open.

    Wrong: `consumes = ["InvoiceSent"]` with `subscriptions = { roles = { InvoiceSend = "clerk" } }`.

    Right: `consumes = ["InvoiceSent"]` with `subscriptions = { roles = { InvoiceSent = "clerk" } }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each name in `roles` and `subjects` that the service does not consume.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service -> [Diagnostic] in
      let events = service.consumes.map(\.value)
      return ["roles", "subjects"].flatMap { table in
        service.accesses("subscriptions.\(table).").filter { !events.contains($0.event) }
          .map { unknown($0.event, $0.value, in: table, of: service, among: events) }
      }
    }
  }

  private func unknown(
    _ event: String, _ value: Sourced<ConfigValue>, in table: String, of service: Service,
    among events: [String]
  ) -> Diagnostic {
    var diagnostic = error(
      "`\(service.name.value)` says who may hear `\(event)` but does not consume it", at: value)
    let free = events.filter { service.settings["subscriptions.\(table).\($0)"] == nil }
    if let nearest = event.nearest(in: free), case .file = value.provenance {
      diagnostic.fixes = [Fix("use `\(nearest)`", .rename(value.path, to: nearest))]
    } else {
      diagnostic.fixes = value.removal("leave it out")
    }
    return diagnostic
  }
}

extension Service {
  /// The events named in a table, in alphabetical order.
  fileprivate func accesses(_ start: String) -> [(event: String, value: Sourced<ConfigValue>)] {
    settings.writtenPaths.filter { $0.hasPrefix(start) }.compactMap { path in
      settings[path].map { (String(path.dropFirst(start.count)), $0) }
    }
  }
}
