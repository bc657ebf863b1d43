public import IgniteSyntax

/// Each step of a saga is paired with what undoes it.
public struct SagaPairing: ValidationRule {
  /// `saga-pairing`.
  public static let code: Diagnostic.Code = "saga-pairing"

  /// The rule in one sentence.
  public static let summary = "Each step of a saga is paired with what undoes it."

  /// How steps and compensations pair.
  public static let explanation = """
    When a step fails, the saga undoes the steps before it in reverse order, each by its \
    compensation. A step written as a name takes the compensation at the same place of \
    `saga.compensation`; a step written as a table names its own. A step without one leaves its \
    effect behind, and a compensation without a step is never called. The last step may go \
    without: nothing comes after it that could fail; so may a step that only reads, whose action \
    begins with `fetch_`.

    Wrong: `steps = ["Reserve", "Charge", "Ship"]` with `compensation = ["Release"]`.

    Right: `steps = ["Reserve", "Charge", "Ship"]` with `compensation = ["Release", "Refund"]`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each step or compensation that has no partner.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service -> [Diagnostic] in
      guard let saga = service.saga else { return [] }
      return unpaired(saga, of: service) + surplus(saga, of: service)
    }
  }

  private func unpaired(_ saga: Saga, of service: Service) -> [Diagnostic] {
    saga.steps.dropLast().filter { $0.compensation == nil && !$0.isReading }.map { step in
      error(
        "the step `\(step.name.value)` of `\(service.name.value)` has no compensation",
        at: step.name, label: "stays done when a later step fails")
    }
  }

  private func surplus(_ saga: Saga, of service: Service) -> [Diagnostic] {
    saga.compensation.enumerated().compactMap { number, compensation in
      let step = saga.steps.indices.contains(number) ? saga.steps[number] : nil
      if let step, step.compensation?.value == compensation.value { return nil }
      var diagnostic = error(
        "the compensation `\(compensation.value)` of `\(service.name.value)` undoes no step",
        at: compensation,
        label: step.map { "`\($0.name.value)` names its own" } ?? "no step at this place")
      if step == nil { diagnostic.fixes = compensation.removal("leave it out") }
      return diagnostic
    }
  }
}
