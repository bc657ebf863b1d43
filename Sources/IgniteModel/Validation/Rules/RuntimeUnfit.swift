public import IgniteSyntax

/// The runtime of a service can hold what the service is.
public struct RuntimeUnfit: ValidationRule {
  /// `runtime-unfit`.
  public static let code: Diagnostic.Code = "runtime-unfit"

  /// The rule in one sentence.
  public static let summary = "The runtime of a service can hold what the service is."

  /// Why not every runtime holds every service.
  public static let explanation = """
    Lambda starts a service for a request and freezes it after the answer: nobody can stay \
    connected and nothing goes on between requests. A `websocket-gateway` holds connections for \
    hours, a `stream-processor`, a `saga-orchestrator` and the projections of an `event-sourced` \
    service work all the time, so they need a runtime that stays up.

    Lambda also hands on each request over HTTP/1, so that `grpc` cannot be spoken there.

    Wrong: `type = "websocket-gateway"` with `cloud = { runtime = "lambda" }`.

    Right: `cloud = { runtime = "fargate" }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each service that its runtime cannot hold.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.compactMap { service in archetype(of: service, in: index) }
      + index.services.flatMap { service in
        service.protocols.compactMap { mute(service, in: $0, index) }
      }
  }

  private func archetype(of service: Service, in index: ArchitectureIndex) -> Diagnostic? {
    guard let archetype = index.archetype(of: service)?.offering,
      let runtime = index.runtime(of: service), let given = runtime.offering?.provides
    else { return nil }
    let missing = archetype.requires.subtracting(given).sorted { $0.description < $1.description }
    return missing.isEmpty
      ? nil : unfit(service, on: runtime, missing: missing, needs: archetype.requires, in: index)
  }

  private func mute(
    _ service: Service, in spoken: Sourced<String>, _ index: ArchitectureIndex
  ) -> Diagnostic? {
    guard let needs = index.capabilities.offering(.protocol, spoken.value)?.requires,
      let runtime = index.runtime(of: service), let given = runtime.offering?.provides
    else { return nil }
    let missing = needs.subtracting(given).sorted { $0.description < $1.description }
    guard !missing.isEmpty else { return nil }
    var diagnostic = error(
      "`\(runtime.id.value)` cannot hold `\(service.name.value)`, which speaks `\(spoken.value)`",
      at: runtime.id, label: missing.map(Self.reason).joined(separator: "; "))
    diagnostic.secondary = spoken.label("spoken here")
    diagnostic.fixes = fixes(of: service, on: runtime, needs: needs, in: index)
    return diagnostic
  }

  private func unfit(
    _ service: Service, on runtime: ArchitectureIndex.Choice, missing: [Capability],
    needs: Set<Capability>, in index: ArchitectureIndex
  ) -> Diagnostic {
    var diagnostic = error(
      "`\(runtime.id.value)` cannot hold `\(service.name.value)`, a \(service.type.value)",
      at: runtime.id, label: missing.map(Self.reason).joined(separator: "; "))
    diagnostic.secondary = service.type.label("needs a runtime that stays up")
    diagnostic.fixes = fixes(of: service, on: runtime, needs: needs, in: index)
    return diagnostic
  }

  private func fixes(
    of service: Service, on runtime: ArchitectureIndex.Choice, needs: Set<Capability>,
    in index: ArchitectureIndex
  ) -> [Fix] {
    guard runtime.id.provenance.isEditable else { return [] }
    let path = service.path.appending("cloud").appending("runtime")
    let fitting = index.capabilities.ids(.runtime, providing: needs)
      .filter { Set(index.primaryCloud?.offering?.runtimes ?? []).contains($0) }
    return fitting.map { Fix("run it on `\($0)`", .set(path, .string($0))) }
  }

  private static func reason(_ missing: Capability) -> String {
    switch missing {
    case "http2": "hands on requests over HTTP/1 only"
    case "background": "does not work between requests"
    case "long-connections": "does not hold connections open"
    case "schedule": "does not start work by the clock"
    default: "lacks `\(missing)`"
    }
  }
}
