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
    without: nothing comes after it that could fail.

    Wrong: `steps = ["Reserve", "Charge", "Ship"]` with `compensation = ["Release"]`.

    Right: `steps = ["Reserve", "Charge", "Ship"]` with `compensation = ["Release", "Refund"]`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each step or compensation that has no partner.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service -> [Diagnostic] in
      let steps = service.sagaSteps
      let list = service.settings.strings("saga.compensation")
      return unpaired(steps, list, of: service, in: index)
        + surplus(steps, list, of: service, in: index)
    }
  }

  private func unpaired(
    _ steps: [SagaStep], _ list: [Sourced<String>], of service: Service, in index: ArchitectureIndex
  ) -> [Diagnostic] {
    steps.enumerated().dropLast().compactMap { number, step in
      guard step.compensation == nil, number >= list.count else { return nil }
      return Diagnostic.error(
        Self.code, "the step `\(step.name)` of `\(service.name.value)` has no compensation",
        at: index.span(at: step.path) ?? step.provenance.span,
        label: "stays done when a later step fails")
    }
  }

  private func surplus(
    _ steps: [SagaStep], _ list: [Sourced<String>], of service: Service, in index: ArchitectureIndex
  ) -> [Diagnostic] {
    list.enumerated().compactMap { number, compensation in
      let step = steps.indices.contains(number) ? steps[number] : nil
      if let step, step.compensation == nil || step.compensation == compensation.value {
        return nil
      }
      var diagnostic = Diagnostic.error(
        Self.code,
        "the compensation `\(compensation.value)` of `\(service.name.value)` undoes no step",
        at: index.span(at: compensation.path) ?? compensation.span,
        label: step.map { "`\($0.name)` names its own" } ?? "no step at this place")
      if step == nil { diagnostic.fixes = compensation.removal("leave it out") }
      return diagnostic
    }
  }
}
