import IgniteModel

/// A step of a saga with the service that does it.
struct SagaStepFacts: Sendable {
  let step: Saga.Step
  let callee: ServiceFacts?
  /// What is asked of one kind of entity of that service; absent where the step is a command.
  let call: Call?
  /// The own event that is sent, absent where the step is a call or another command.
  let event: EventFacts?

  /// What a client can do.
  struct Call: Sendable {
    let verb: String
    let entity: EntityFacts
  }

  /// Takes a step of a service that calls `callees` and tells `events` that no entity causes.
  init(_ step: Saga.Step, callees: [ServiceFacts], events: [EventFacts]) {
    self.step = step
    let callee = callees.first { $0.name == step.service?.value }
    self.callee = callee
    call = callee.flatMap { Self.call(step.action?.value, of: $0) }
    let kind = step.action?.value ?? step.name.value
    event = call == nil ? events.first { $0.name == kind } : nil
  }

  private static func call(_ action: String?, of callee: ServiceFacts) -> Call? {
    guard let action = action.map(Naming.snake), callee.hasClient else { return nil }
    for verb in Saga.Step.verbs {
      let entity = callee.entities.first { action == "\(verb)_\($0.module)" }
      if let entity { return Call(verb: verb, entity: entity) }
    }
    return nil
  }

  /// What the compensation is: the inverse of the call, or else a command.
  var undoing: String? {
    guard let compensation = step.compensation?.value else { return nil }
    guard let call else { return "command" }
    let inverse = ["create": "remove", "update": "update"][call.verb]
    let isInverse = inverse.map { Naming.snake(compensation) == "\($0)_\(call.entity.module)" }
    return isInverse == true ? inverse : "command"
  }

  /// Whether nothing of it is left when it is undone.
  var isUndone: Bool { call == nil || ["remove", "update"].contains(undoing) }
  /// Whether it is started with the fields of an entity.
  var isWriting: Bool { ["create", "update"].contains(call?.verb) }
  /// Whether it tells something by the bus.
  var isToldByBus: Bool { call == nil || undoing == "command" }
  /// Whether it creates what a repeated creation would create again.
  var isCreatingTwice: Bool { call?.verb == "create" && callee?.isIdempotent == false }
}

extension [SagaStepFacts] {
  /// Where the last creation is refused to see everything undone, if everything can be.
  var refusedRoute: String? {
    guard let last = lastIndex(where: { $0.call?.verb == "create" }) else { return nil }
    let isUndoable = self[..<last].allSatisfy { $0.call?.verb == "fetch" || $0.isUndone }
    return isUndoable ? self[last].call?.entity.route : nil
  }

  /// Whether a step before the one that is refused is undone by a call, which can fail.
  var isParkable: Bool {
    guard let route = refusedRoute else { return false }
    let isRefused = { (step: SagaStepFacts) in
      step.call?.verb == "create" && step.call?.entity.route == route
    }
    return prefix { !isRefused($0) }.contains { $0.isUndone && $0.call != nil }
  }
}

/// What templates can say about a saga and its steps.
enum SagaContext {
  static let record = RecordDeclaration<ServiceFacts>("saga", parts + uses + tests)

  private typealias Part = RecordDeclaration<ServiceFacts>.Member

  private static let parts: [Part] = [
    .text("name") { $0.sagaName },
    .text("module") { WordContext.module($0.sagaName) },
    .text("type") { WordContext.type($0.sagaName) },
    .text("route") { "/api/sagas/" + Naming.kebab($0.sagaName) },
    .number("timeout_seconds") {
      $0.resolved.service.settings.integer("saga.timeout_seconds")?.value
    },
    .list("steps", of: step) { $0.sagaSteps },
  ]

  /// What the code of the steps needs.
  private static let uses: [Part] = [
    .flag("has_calls") { $0.sagaSteps.contains { $0.call != nil } },
    .flag("has_commands") { $0.sagaSteps.contains(where: \.isToldByBus) },
    .flag("has_told_input") {
      $0.sagaSteps.contains { $0.isToldByBus && ($0.event == nil || $0.undoing == "command") }
    },
    .flag("has_changes") { $0.sagaSteps.contains { $0.call?.verb == "update" } },
    .flag("has_ids") { $0.sagaSteps.contains { ["fetch", "remove"].contains($0.call?.verb) } },
    .list("written", of: CalleeContext.record) { service in
      service.callees.filter { callee in
        service.sagaSteps.contains { $0.callee?.name == callee.name && $0.isWriting }
      }
    },
  ]

  /// What the tests of the steps can expect.
  private static let tests: [Part] = [
    .number("creations") { Int64($0.sagaSteps.count { $0.call?.verb == "create" }) },
    .flag("has_seeds") {
      $0.sagaSteps.contains { ["fetch", "update", "remove"].contains($0.call?.verb) }
    },
    .flag("is_repeatable") { !$0.sagaSteps.contains(where: \.isCreatingTwice) },
    .text("refused_route") { $0.sagaSteps.refusedRoute },
    .flag("is_parkable") { $0.sagaSteps.isParkable },
  ]

  static let step = RecordDeclaration<SagaStepFacts>("saga_step", names + actions)

  private typealias Member = RecordDeclaration<SagaStepFacts>.Member

  private static let names: [Member] = [
    .text("name") { $0.step.name.value },
    .text("module") { WordContext.module($0.step.name.value) },
    .text("type") { WordContext.type($0.step.name.value) },
    .text("action") { $0.step.action?.value },
    .text("action_module") { $0.step.action.map { WordContext.module($0.value) } },
    .text("compensation") { $0.step.compensation?.value },
    .text("compensation_module") { $0.step.compensation.map { WordContext.module($0.value) } },
    .number("timeout_seconds") { $0.step.timeoutSeconds?.value },
  ]

  /// What the step does: `verb` is create, fetch, update or remove of an `entity` of the `callee`, else
  /// command; `undoing` is remove, update or command.
  private static let actions: [Member] = [
    .record("callee", of: CalleeContext.record) { $0.callee },
    .record("entity", of: EntityContext.record) { $0.call?.entity },
    .record("event", of: EventContext.record) { $0.event },
    .text("verb") { $0.call?.verb ?? "command" },
    .text("command") { $0.step.action?.value ?? $0.step.name.value },
    .text("undoing") { $0.undoing },
    .flag("is_call") { $0.call != nil },
    .flag("has_event") { $0.event != nil },
    .flag("is_creating_twice") { $0.isCreatingTwice },
    .flag("is_told_by_bus") { $0.isToldByBus },
  ]
}
