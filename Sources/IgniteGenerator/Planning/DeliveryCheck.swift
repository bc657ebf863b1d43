import IgniteCatalog
import IgniteModel
import IgniteSyntax

/// Finds services that ask for their events although the cloud is to bring them.
struct DeliveryCheck {
  /// A way of delivery that a service does not follow.
  static let code: Diagnostic.Code = "delivery-unfollowed"

  /// What it means, for `allframe explain`.
  static let explanation = """
    With `cloud.gcp.delivery = "push"` Pub/Sub brings events to services in requests, so that their \
    instances may stop between them. That is possible where nothing else goes on between requests: a \
    service with an outbox, with jobs, with a file as its database or of a type that works by itself \
    keeps running anyway and asks for its events as before; where there are tenants each has a consumer \
    that asks. So does one that the whole internet may \
    call, because only Cloud Run's own check tells Pub/Sub from others. Other buses than `pubsub` \
    bring nothing.

    Wrong: `[cloud.gcp] delivery = "push"` with `[settings] event_bus = "redis"`.

    Right: `event_bus = "pubsub"`, or no `delivery`. A service follows with \
    `messaging = { pattern = "direct" }` in place of an outbox, and with `cloud = { ingress = "private" }`.
    """

  private let catalog: Catalog

  init(_ catalog: Catalog) {
    self.catalog = catalog
  }

  /// A warning where the bus brings nothing, else a note for each service that is brought nothing.
  func check(_ architecture: Architecture) -> [Diagnostic] {
    let wanted = architecture.deliveries.filter { $0.delivery.value == "push" }
    guard !wanted.isEmpty else { return [] }
    let platform = PlatformFacts(ResolvedArchitecture(architecture), CatalogTraits(catalog))
    let consuming = platform.services.filter { !$0.consumes.isEmpty }
    return wanted.flatMap { _, delivery in
      if let service = consuming.first(where: { $0.holds.contains(.bus) }) {
        return [refused(delivery, by: service.resolved.bus, in: architecture)]
      }
      return consuming.filter { !$0.holds.isEmpty }.map { unfollowed(delivery, by: $0) }
    }
  }

  private func refused(
    _ delivery: Sourced<String>, by bus: String, in architecture: Architecture
  ) -> Diagnostic {
    var diagnostic = Diagnostic.warning(
      Self.code, "`\(bus)` brings no events, so services ask for them", at: delivery.span,
      label: "does nothing here")
    if let written = architecture.settings.string("settings.event_bus") {
      diagnostic.secondary = written.span.map { [Diagnostic.Label($0, "the bus")] } ?? []
      diagnostic.fixes = [Fix("use `pubsub`", .set(written.path, .string("pubsub")))]
    }
    return diagnostic
  }

  private func unfollowed(_ delivery: Sourced<String>, by service: ServiceFacts) -> Diagnostic {
    var diagnostic = Diagnostic.warning(
      Self.code, "`\(service.name)` goes on asking for its events", at: delivery.span,
      label: "the delivery of the others")
    diagnostic.severity = .note
    diagnostic.notes = service.holds.map(\.reason)
    return diagnostic
  }
}

extension ServiceFacts.Hold {
  /// Why the service asks for events.
  fileprivate var reason: String {
    switch self {
    case .bus: "its bus brings no events"
    case .type: "its type works between requests"
    case .outbox:
      "its events leave an outbox between requests; `messaging.pattern = \"direct\"` has none"
    case .jobs: "its jobs run between requests"
    case .volume: "its data is a file, so its one instance is never stopped"
    case .tenants: "each tenant has a consumer of its own, which asks"
    case .isPublic:
      "everybody may call it, so nobody checks who brings events; `cloud.ingress = \"private\"` closes it"
    }
  }
}

extension Architecture {
  /// How events come to services, by cloud, as far as the config says.
  var deliveries: [(cloud: String, delivery: Sourced<String>)] {
    Capabilities.core.all.filter { $0.kind == .cloud }.compactMap { cloud in
      settings.string("cloud.\(cloud.id).delivery").map { (cloud.id, $0) }
    }
  }
}
