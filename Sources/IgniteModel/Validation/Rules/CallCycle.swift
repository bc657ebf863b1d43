public import IgniteSyntax

/// Synchronous calls form no cycle.
public struct CallCycle: ValidationRule {
  /// `call-cycle`.
  public static let code: Diagnostic.Code = "call-cycle"

  /// The rule in one sentence.
  public static let summary = "Synchronous calls form no cycle."

  /// Why calls form no cycle.
  public static let explanation = """
    When services call each other in a circle, none of them can start, be deployed or be ready \
    before the others, one slow service slows all of them, and under load each holds the \
    connections the next one waits for. Break the circle where the answer is not needed at once: \
    publish an event there and let the other service consume it, or move the shared part into a \
    service of its own.

    Wrong: `orders` calls `payments`, `payments` calls `orders`.

    Right: `orders` calls `payments`; `payments` publishes `PaymentSucceeded`, which `orders` \
    consumes.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each group of services that reach each other, with a shortest circle in it.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    let calls = CallGraph(index)
    return calls.cycles().compactMap { cycle in diagnostic(of: cycle, in: index) }
  }

  private func diagnostic(of cycle: [CallGraph.Call], in index: ArchitectureIndex) -> Diagnostic? {
    guard let first = cycle.first else { return nil }
    let names = cycle.map { index.services[$0.caller].name.value }
    let path = (names + [names[0]]).map { "`\($0)`" }.joined(separator: " → ")
    var diagnostic = error(
      "synchronous calls form a cycle: \(path)", at: first.target,
      label: "`\(names[0])` calls `\(first.target.value)`")
    diagnostic.secondary = cycle.dropFirst().flatMap { call in
      call.target.label("`\(index.services[call.caller].name.value)` calls `\(call.target.value)`")
    }
    diagnostic.notes.append("an event instead of one of the calls breaks the cycle")
    return diagnostic
  }
}
