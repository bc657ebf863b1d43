public import IgniteSyntax

/// A service that is called speaks a protocol in which it can be called.
public struct CallWithoutProtocol: ValidationRule {
  /// `call-without-protocol`.
  public static let code: Diagnostic.Code = "call-without-protocol"

  /// The rule in one sentence.
  public static let summary =
    "A service that is called speaks a protocol in which it can be called."

  /// Why a called service needs a protocol.
  public static let explanation = """
    A call, an aggregate of a `bff` and a step of a saga become a client for one of the protocols \
    of the called service: `rest`, `graphql` or `grpc`. A service without `protocols`, such as a \
    consumer that only handles events, has nothing to call. Give it a protocol, or publish an \
    event that it consumes.

    Wrong: `calls = ["mailer"]` where `mailer` has `type = "consumer"` and no `protocols`.

    Right: `mailer` consumes `OrderPlaced`; or `protocols = ["rest"]` in `mailer`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each call of a service that speaks no protocol.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service in
      service.calls.compactMap { call -> Diagnostic? in
        guard call.value != service.name.value, let target = index.service(named: call.value),
          !index.speaks("calls", target)
        else { return nil }
        return mute(target, calledBy: service, at: call)
      }
    }
  }

  private func mute(
    _ target: Service, calledBy service: Service, at call: Sourced<String>
  ) -> Diagnostic {
    var diagnostic = error(
      "`\(service.name.value)` calls `\(target.name.value)`, which speaks no protocol", at: call)
    diagnostic.secondary = target.type.label("no `protocols` here")
    let path = target.path.appending("protocols")
    diagnostic.fixes = [
      Fix("let `\(target.name.value)` speak `rest`", .set(path, .array([.string("rest")])))
    ]
    return diagnostic
  }
}
