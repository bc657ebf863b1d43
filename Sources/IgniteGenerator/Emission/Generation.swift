import IgniteSyntax

/// One generation into one target, from plan to disk.
///
/// ```swift
/// let target = Target(path: "shop")
/// let generation = try Generation(
///   in: target, options: ReconcileOptions(conflicts: .keep),
///   formatter: RustFormatter(searching: "/usr/bin:/home/ada/.cargo/bin"))
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
  private let formatter: RustFormatter?

  /// Completes an earlier run that was interrupted, then reads what the last one wrote; without a
  /// formatter, Rust that was not formatted before is left as the templates made it.
  public init(
    in target: Target, options: ReconcileOptions = ReconcileOptions(),
    formatter: RustFormatter? = nil
  ) throws(TargetError) {
    self.target = target
    self.options = options
    self.formatter = formatter
    recovery = try Recovery.run(in: target)
    written = try WrittenFiles(in: target)
  }

  /// The contracts that the last run wrote.
  public var contracts: ContractHistory { ContractHistory(written) }

  /// Formats a plan, with the contracts of earlier versions of its events, and compares it with the disk
  /// and what was written last; `progress` is told now and then, on any thread, how many more files are formatted.
  public func changeSet(
    for plan: FilePlan, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws(TargetError) -> ChangeSet {
    let pass = FormattingPass(written: written, formatter: formatter, progress: progress)
    let (formatted, diagnostics) = pass.run(contracts.keeping(plan))
    var changes = try Reconciler(target: target, written: written, options: options)
      .changeSet(for: formatted)
    changes.diagnostics = diagnostics + changes.diagnostics
    return changes
  }

  /// One file as it would be written, for a look at it before anything is.
  public func formatted(_ file: PlannedFile) -> PlannedFile {
    let pass = FormattingPass(written: written, formatter: formatter, progress: { _ in })
    return pass.run(FilePlan(sorted: [file])).plan.files[0]
  }
}
