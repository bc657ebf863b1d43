import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax

/// What is to be worked out about a text: its files, and how they compare with the disk.
struct PlanWork: Sendable {
  let analysis: Analysis
  let planner: PlatformPlanner
  let preview: Preview
  let target: String
  let choices: [String: ConflictResolution]

  /// The files compared with the disk; the look tells of which the formatter still decides.
  func run() -> (state: PlanState, look: Preview.Look?) {
    var state = PlanState(revision: analysis.revision)
    state.target = target
    guard !analysis.document.diagnostics.contains(where: { $0.severity == .error }) else {
      return (state, nil)
    }
    do throws(TargetError) {
      let look = try preview.look(
        at: analysis.resolved, config: analysis.document, in: Target(path: target),
        options: options)
      state.diagnostics = look.diagnostics
      state.changeSet = look.changes
      return (state, look)
    } catch {
      state.diagnostics.append(error.diagnostic)
      return (state, nil)
    }
  }

  private var options: ReconcileOptions { ReconcileOptions(choices: choices) }

  /// Writes the platform; `progress` is told how far it is, on any thread.
  func generate(
    _ formatter: RustFormatter?, progress: @escaping @Sendable (String, Int, Int) -> Void
  ) -> GenerateState {
    do throws(TargetError) {
      return try written(formatter, progress)
    } catch {
      return .failed([error.diagnostic])
    }
  }

  private func written(
    _ formatter: RustFormatter?, _ progress: @escaping @Sendable (String, Int, Int) -> Void
  ) throws(TargetError) -> GenerateState {
    let target = Target(path: target)
    let generation = try Generation(in: target, options: options, formatter: formatter)
    let contracts = generation.contracts
    let (plan, problems) = planner.plan(
      analysis.resolved, config: analysis.document, keeping: contracts.offered)
    guard !problems.contains(where: { $0.severity == .error }) else { return .failed(problems) }
    let broken = contracts.check(analysis.resolved, plan: plan)
    guard broken.isEmpty else { return .failed(broken) }
    let changes = try generation.changeSet(for: plan) { progress("formatting", $0, 0) }
    guard !changes.hasErrors else { return .failed(changes.diagnostics) }
    let emitter = Emitter(target: target) { progress("writing", $0, $1) }
    return .finished(changes, try emitter.apply(changes), in: target)
  }
}

extension GenerateState {
  /// Nothing was written.
  fileprivate static func failed(_ diagnostics: [Diagnostic]) -> GenerateState {
    GenerateState(
      phase: "nothing was written", lines: diagnostics.map(\.message), isFinished: true,
      hasFailed: true)
  }

  /// What was done, and what to do next.
  fileprivate static func finished(
    _ changes: ChangeSet, _ outcome: Emitter.Outcome, in target: Target
  ) -> GenerateState {
    var state = GenerateState(phase: "the platform is written", isFinished: true)
    let counts: [(Int, String)] = [
      (changes.count(.create), "created"), (changes.count(.update), "updated"),
      (changes.count(.merged), "merged with your changes"), (outcome.removed, "removed"),
      (changes.count(.unchanged), "unchanged"), (changes.count(.kept), "kept as you changed them"),
    ]
    let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    state.lines = ["\(target.path): " + (parts.isEmpty ? "nothing" : parts.joined(separator: ", "))]
    state.lines += changes.openConflicts.map { "in conflict, left alone: \($0.path)" }
    state.lines += outcome.skipped.map { "skipped, it changed meanwhile: \($0)" }
    state.lines += changes.diagnostics.map(\.message)
    state.next = ["cd \(target.path)", "cargo run -p dev", "then see README.md there"]
    return state
  }
}
