import IgniteCatalog
import IgniteModel
import IgniteSyntax

/// Finds services whose runtime does not do what they need, beyond what their type says.
struct RuntimeCheck {
  /// A runtime that a service cannot work on, as the rule about types says it.
  static let code = RuntimeUnfit.code

  private let catalog: Catalog

  init(_ catalog: Catalog) {
    self.catalog = catalog
  }

  /// An error for each service that chose such a runtime itself, a hint for each that gets another one
  /// than the platform's.
  func check(_ architecture: Architecture) -> [Diagnostic] {
    let settings = architecture.settings
    guard let cloud = settings.string("cloud.primary")?.value,
      let runtimes = Capabilities.core.offering(.cloud, cloud)?.runtimes, runtimes.count > 1
    else { return [] }
    let shared = settings.string("cloud.\(cloud).runtime")
    let chosen = architecture.services.contains { $0.settings.string("cloud.runtime") != nil }
    guard shared != nil || chosen else { return [] }
    let facts = PlatformFacts(
      ResolvedArchitecture(architecture), CatalogTraits(catalog))
    return facts.services.compactMap { service in
      let own = service.resolved.service.settings.string("cloud.runtime")
      guard let runtime = own ?? shared, runtimes.contains(runtime.value) else { return nil }
      return problem(service, on: runtime, isOwn: own != nil, cloud)
    }
  }

  private func problem(
    _ service: ServiceFacts, on runtime: Sourced<String>, isOwn: Bool, _ cloud: String
  ) -> Diagnostic? {
    // What the type lacks is told by the rule of that name.
    let lacks = service.lacks(on: runtime.value).filter { $0 != .type }
    guard !lacks.isEmpty, let fitting = service.runtime(on: cloud, without: runtime.value) else {
      return nil
    }
    let reasons = lacks.map { $0.reason(on: runtime.value) }
    guard isOwn else {
      var hint = Diagnostic.warning(
        Self.code, "`\(service.name)` runs on `\(fitting)` and not on `\(runtime.value)`",
        at: runtime.span, label: "the runtime of the others")
      hint.severity = .note
      hint.notes = reasons
      return hint
    }
    var diagnostic = Diagnostic.error(
      Self.code, "`\(runtime.value)` cannot hold `\(service.name)`", at: runtime.span,
      label: reasons[0])
    diagnostic.notes = Array(reasons.dropFirst())
    diagnostic.fixes = [
      Fix("run it on `\(fitting)`", .set(runtime.path, .string(fitting)))
    ]
    return diagnostic
  }
}

extension ServiceFacts.Lack {
  /// Why a runtime that has it not cannot hold the service.
  func reason(on runtime: String) -> String {
    switch self {
    case .type: "its type needs a runtime that stays up"
    case .outbox:
      "its events leave an outbox between requests; `messaging.pattern = \"direct\"` has none"
    case .jobs: "its jobs run between requests"
    case .consumption:
      "it waits for events, which only a bus that pushes them, such as `sqs`, brings to `\(runtime)`"
    case .secrets: "it needs passwords, which nobody hands to a process on `\(runtime)`"
    }
  }
}
