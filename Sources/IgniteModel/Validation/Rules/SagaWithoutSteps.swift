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
      guard let steps = service.saga?.steps, !steps.isEmpty else {
        return [
          error(
            "`\(service.name.value)` leads a workflow without steps", at: service.type,
            label: "`saga.steps` is missing")
        ]
      }
      return twice(steps, of: service)
    }
  }

  private func twice(_ steps: [Saga.Step], of service: Service) -> [Diagnostic] {
    var first: [String: Sourced<String>] = [:]
    return steps.compactMap { step in
      guard let earlier = first.updateValue(step.name, forKey: step.name.value) else { return nil }
      var diagnostic = error(
        "`\(service.name.value)` has the step `\(step.name.value)` twice", at: step.name,
        label: "the same step again")
      diagnostic.secondary = earlier.label("first given here")
      return diagnostic
    }
  }
}
