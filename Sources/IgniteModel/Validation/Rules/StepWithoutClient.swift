public import IgniteSyntax

/// A step of a saga that calls a service does so with a client of it, over REST or gRPC.
public struct StepWithoutClient: ValidationRule {
  /// `step-without-client`.
  public static let code: Diagnostic.Code = "step-without-client"

  /// The rule in one sentence.
  public static let summary =
    "A step of a saga that calls a service does so with a client of it, over REST or gRPC."

  /// Why a step needs REST or gRPC.
  public static let explanation = """
    A step whose action is `create_`, `fetch_`, `update_` or `remove_` and an entity of its service \
    becomes a call over REST, or over gRPC where the service speaks that alone, which is undone and \
    looked after as such. Where the service has the entity but speaks neither `rest` nor `grpc`, the \
    step is sent as a command instead, which somebody has to handle. That may be meant, hence a \
    warning.

    Wrong: `action = "create_order"` in `service = "orders"` with `protocols = ["graphql"]`.

    Right: `protocols = ["graphql", "grpc"]` in `orders`.
    """

  /// Makes the rule.
  public init() {}

  /// One warning for each step that would be a call if there were a client of its service.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service in
      (service.saga?.steps ?? []).compactMap { step -> Diagnostic? in
        guard let called = step.service, let action = step.action,
          let target = index.service(named: called.value), !index.speaks("clients", target),
          Self.isCall(action.value, of: target)
        else { return nil }
        return sent(step, to: target, at: action)
      }
    }
  }

  private static func isCall(_ action: String, of service: Service) -> Bool {
    let action = Naming.snake(action)
    return service.entities.contains { entity in
      ["create", "fetch", "update", "remove"].contains {
        action == "\($0)_\(Naming.snake(entity.name.value))"
      }
    }
  }

  private func sent(
    _ step: Saga.Step, to target: Service, at action: Sourced<String>
  ) -> Diagnostic {
    var diagnostic = warning(
      "the step `\(step.name.value)` is a command: `\(target.name.value)` speaks neither `rest` nor `grpc`",
      at: action, label: "would be a call")
    diagnostic.fixes = [target.speakingREST]
    return diagnostic
  }
}
