public import IgniteSyntax

/// A saga has steps, and each step has a service that does it.
public struct SagaWithoutSteps: ValidationRule {
  /// `saga-without-steps`.
  public static let code: Diagnostic.Code = "saga-without-steps"

  /// The rule in one sentence.
  public static let summary = "A saga has steps, and each step has a service that does it."

  /// Why a saga needs steps.
  public static let explanation = """
    A `saga-orchestrator` leads a workflow through other services, one step after the other. \
    Without steps there is nothing to lead, and two steps of one name could not be told apart in \
    its log.

    Wrong: `type = "saga-orchestrator"` without `saga.steps`.

    Right: `saga = { steps = ["ReserveInventory", "ChargePayment"], compensation = \
    ["ReleaseInventory"] }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each orchestrator without steps and each name given to two steps.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service -> [Diagnostic] in
      guard index.archetype(of: service)?.provides("steps") ?? false else { return [] }
      let steps = service.sagaSteps
      guard !steps.isEmpty else {
        return [
          error(
            "`\(service.name.value)` leads a workflow without steps", at: service.type,
            label: "`saga.steps` is missing")
        ]
      }
      return twice(steps, of: service, in: index)
    }
  }

  private func twice(
    _ steps: [SagaStep], of service: Service, in index: ArchitectureIndex
  ) -> [Diagnostic] {
    var first: [String: SagaStep] = [:]
    return steps.compactMap { step in
      guard let earlier = first.updateValue(step, forKey: step.name) else { return nil }
      var diagnostic = Diagnostic.error(
        Self.code, "`\(service.name.value)` has the step `\(step.name)` twice",
        at: index.span(at: step.path) ?? step.provenance.span, label: "the same step again")
      let place = index.span(at: earlier.path) ?? earlier.provenance.span
      diagnostic.secondary = place.map { [Diagnostic.Label($0, "first given here")] } ?? []
      return diagnostic
    }
  }
}
