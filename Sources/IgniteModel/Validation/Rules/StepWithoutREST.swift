public import IgniteSyntax

/// A step of a saga that calls a service does so over REST.
public struct StepWithoutREST: ValidationRule {
  /// `step-without-rest`.
  public static let code: Diagnostic.Code = "step-without-rest"

  /// The rule in one sentence.
  public static let summary = "A step of a saga that calls a service does so over REST."

  /// Why a step needs REST.
  public static let explanation = """
    A step whose action is `create_`, `fetch_`, `update_` or `remove_` and an entity of its service \
    becomes a call over REST, which is undone and looked after as such. Where the service has the \
    entity but does not speak `rest`, the step is sent as a command instead, which somebody has to \
    handle. That may be meant, hence a warning.

    Wrong: `action = "create_order"` in `service = "orders"` with `protocols = ["grpc"]`.

    Right: `protocols = ["rest", "grpc"]` in `orders`.
    """

  /// Makes the rule.
  public init() {}

  /// One warning for each step that would be a call if its service spoke REST.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service in
      (service.saga?.steps ?? []).compactMap { step -> Diagnostic? in
        guard let called = step.service, let action = step.action,
          let target = index.service(named: called.value),
          !ResolvedService.protocols(of: target).contains("rest"),
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
      "the step `\(step.name.value)` is a command: `\(target.name.value)` does not speak `rest`",
      at: action, label: "would be a call over REST")
    let path = target.path.appending("protocols")
    let spoken = ["rest"] + target.protocols.filter(\.isChosen).map(\.value)
    diagnostic.fixes = [
      Fix(
        "let `\(target.name.value)` speak `rest`, too",
        .set(path, .array(spoken.map(ConfigValue.string))))
    ]
    return diagnostic
  }
}
