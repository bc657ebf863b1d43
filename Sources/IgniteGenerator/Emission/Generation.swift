/// One generation into one target, from plan to disk.
///
/// ```swift
/// let target = Target(path: "shop")
/// let generation = try Generation(in: target, options: ReconcileOptions(conflicts: .keep))
/// if generation.recovery != .none { … }                    // an interrupted run was completed
/// let changes = try generation.changeSet(for: plan)        // what --dry-run and --diff show
/// if !changes.hasErrors {
///   let outcome = try Emitter(target: target).apply(changes)
///   print("\(outcome.written) files written, \(changes.openConflicts.count) in conflict")
/// }
/// ```
public struct Generation: Sendable {
  /// The folder that is written to.
  public let target: Target
  /// What was done about an earlier run that was interrupted.
  public let recovery: Recovery

  private let written: WrittenFiles
  private let options: ReconcileOptions

  /// Completes an earlier run that was interrupted, then reads what the last one wrote.
  public init(
    in target: Target, options: ReconcileOptions = ReconcileOptions()
  ) throws(TargetError) {
    self.target = target
    self.options = options
    recovery = try Recovery.run(in: target)
    written = try WrittenFiles(in: target)
  }

  /// Compares a plan with the disk and what was written last.
  public func changeSet(for plan: FilePlan) throws(TargetError) -> ChangeSet {
    try Reconciler(target: target, written: written, options: options).changeSet(for: plan)
  }
}
