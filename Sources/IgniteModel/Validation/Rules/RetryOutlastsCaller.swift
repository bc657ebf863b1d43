public import IgniteSyntax

/// Retries end before the caller gives up.
public struct RetryOutlastsCaller: ValidationRule {
  /// `retry-outlasts-caller`.
  public static let code: Diagnostic.Code = "retry-outlasts-caller"

  /// The rule in one sentence.
  public static let summary = "Retries end before the caller gives up."

  /// Why retries must fit into the caller's patience.
  public static let explanation = """
    A service that calls another one and waits between attempts keeps its own caller waiting. A \
    generated client gives up after 10 seconds (`HTTP_TIMEOUT`), a saga step after its \
    `timeout_seconds`. Attempts after that work for nobody, and they come when the called service \
    is in trouble already.

    Wrong: `retry = { max_attempts = 10, initial_interval_ms = 1000 }` in a service that others \
    call: the waits alone add up to more than a minute.

    Right: `retry = { max_attempts = 3, initial_interval_ms = 100 }`.
    """

  /// Makes the rule.
  public init() {}

  /// One warning for each service whose waits alone are longer than its callers wait.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    var seen: Set<ConfigPath> = []
    return index.services.compactMap { service in
      guard !service.calls.isEmpty, let waits = ServiceTimes(settings: service.settings).retryWaits,
        let caller = index.callsByTarget[service.name.value]?.first(where: {
          index.services[$0.caller].name.value != service.name.value
        }),
        let attempts = service.settings.integer("retry.max_attempts")
      else { return nil }
      guard waits > ServiceTimes.requestTimeout, seen.insert(attempts.path).inserted else {
        return nil
      }
      return outlasting(service, waits, attempts, caller: caller, in: index)
    }
  }

  private func outlasting(
    _ service: Service, _ waits: Int64, _ attempts: Sourced<Int64>,
    caller: ArchitectureIndex.ServiceCall, in index: ArchitectureIndex
  ) -> Diagnostic {
    let limit = ServiceTimes.text(ServiceTimes.requestTimeout)
    let name = index.services[caller.caller].name.value
    var diagnostic = warning(
      "`\(service.name.value)` waits up to \(ServiceTimes.text(waits)) between attempts, "
        + "but `\(name)` gives up after \(limit)", at: attempts,
      label: "attempts after \(limit) work for nobody")
    let chosen = ["initial_interval_ms", "multiplier", "max_interval_ms"].lazy
      .compactMap { service.settings.number("retry.\($0)") }.first(where: \.isChosen)
    diagnostic.primary = diagnostic.primary ?? chosen?.label("the waits grow from here").first
    diagnostic.secondary = caller.target.label("`\(name)` calls it")
    return diagnostic
  }
}
