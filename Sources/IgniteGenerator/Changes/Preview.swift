public import IgniteModel
public import IgniteSyntax
import Synchronization

/// Looks at what a config would write, again and again: an edit costs what it changes, and no contents
/// stay in memory.
///
/// ```swift
/// let preview = Preview(PlatformPlanner(catalog: catalog), formatter: formatter)
/// let look = try preview.look(at: architecture, config: document, in: Target(path: "shop"))
/// while preview.settle(look) > 0 { … }                  // then a new look judges by formatted bytes
/// let seen = preview.holding(look.changes?.changes[0])  // exactly what would be written
/// ```
public final class Preview: Sendable {
  /// What would be written.
  public struct Look: Sendable {
    /// What becomes of each file; absent while nothing can be written.
    public var changes: ChangeSet?
    /// What stands in the way.
    public var diagnostics: [Diagnostic] = []
    /// The files whose verdict can be another one when they are formatted.
    public var unsettled: [Change] = []
  }

  private struct Ground: Sendable {
    let target: Target
    let disk: DiskMemory
    var stamp: DiskStamp?
    var written: WrittenFiles
    var contracts: ContractHistory
    var lineCounts: [String: Int]
  }

  /// The most sources that are formatted before somebody can ask for something else.
  private static let formattedAtOnce = 64

  private let planner: PlatformPlanner
  private let plans: PlanMemory
  private let formatting: FormattingMemory
  private let formatted: FormattedContents
  private let ground = Mutex<Ground?>(nil)

  /// Prepares to look at what a planner plans; without a formatter Rust is left as the templates made it.
  public init(_ planner: PlatformPlanner, formatter: RustFormatter?) {
    self.planner = planner
    plans = planner.memory()
    formatting = FormattingMemory(formatter)
    formatted = FormattedContents(of: plans, formatting)
  }

  /// What would be written of an architecture into a target.
  public func look(
    at architecture: ResolvedArchitecture, config: Document, in target: Target,
    options: ReconcileOptions = ReconcileOptions()
  ) throws(TargetError) -> Look {
    let ground = try ground(in: target)
    let contracts = ground.contracts
    let (plan, diagnostics) = planner.plan(
      architecture, config: config, keeping: contracts.offered, with: plans)
    var look = Look(diagnostics: diagnostics)
    guard !diagnostics.contains(where: { $0.severity == .error }) else { return look }
    look.diagnostics += contracts.check(architecture, plan: plan)
    let reconciler = Reconciler(
      target: target, written: ground.written, options: options, memory: ground.disk)
    let changes = try reconciler.changeSet(for: formatted(contracts.keeping(plan), ground))
    look.diagnostics += changes.diagnostics
    look.unsettled = changes.changes.filter(isUnsettled)
    look.changes = changes
    return look
  }

  /// Formats some of what decides verdicts; how much is left.
  public func settle(_ look: Look) -> Int {
    let open = look.unsettled.filter(isUnsettled)
    let next = open.prefix(Self.formattedAtOnce)
    _ = formatting.formatted(next.compactMap(\.planned))
    return open.count - next.count
  }

  /// A change with the contents that would be written in memory; absent where the config has changed
  /// since so that the file is another one.
  public func holding(_ change: Change) -> Change? { holding([change])[0] }

  /// The same for several changes.
  public func holding(_ changes: [Change]) -> [Change?] {
    let open = changes.indices.filter { !changes[$0].isFormatted && changes[$0].isRust }
    let sources = open.map { changes[$0].planned ?? [] }
    let bytes = sources.isEmpty ? [] : formatting.formatted(sources)
    let made = Dictionary(uniqueKeysWithValues: zip(open, bytes))
    return changes.indices.map { changes[$0].holding(formatted: made[$0]) }
  }

  private func isUnsettled(_ change: Change) -> Bool {
    guard formatting.formatter != nil, !change.isFormatted, change.isRust,
      change.verdict != .create, let source = change.contents.planned?.digest
    else { return false }
    return formatting[source] == nil
  }

  // MARK: The last run

  private func ground(in target: Target) throws(TargetError) -> Ground {
    _ = try Recovery.run(in: target)
    let stamp = DiskStamp(of: "\(target.path)/\(Target.ownFolder)/manifest.json")
    let last = ground.withLock { $0 }
    if let last, last.target == target, last.stamp == stamp { return last }
    let written = try WrittenFiles(in: target, keepsPacks: false)
    let disk = last?.target == target ? last?.disk : nil
    let ground = Ground(
      target: target, disk: disk ?? DiskMemory(target), stamp: stamp, written: written,
      contracts: ContractHistory(written), lineCounts: written.lineCounts)
    self.ground.withLock { $0 = ground }
    return ground
  }

  // MARK: Formatting

  /// The plan with everything formatted that is known to be formatted so.
  private func formatted(_ plan: FilePlan, _ ground: Ground) -> FilePlan {
    plan.replacing(plan.files.map { $0.needsFormatting ? formatted($0, ground) : $0 })
  }

  private func formatted(_ file: PlannedFile, _ ground: Ground) -> PlannedFile {
    let source = file.contents.digest
    if let record = ground.written.manifest.record(file.path), record.source == source,
      let lines = ground.lineCounts[file.path]
    {
      return formatted(file, source, record.digest, lines)
    }
    guard case .formatted(let digest, let lines)? = formatting[source] else { return file }
    return formatted(file, source, digest, lines)
  }

  private func formatted(
    _ file: PlannedFile, _ source: Digest, _ digest: Digest, _ lines: Int
  ) -> PlannedFile {
    let contents = KnownContents(
      digest: digest, lineCount: lines, path: file.path, from: formatted)
    return file.formatted(.known(contents), PlannedFile.Origin(source: source, digest: digest))
  }
}

extension Change {
  /// Whether the contents are in memory, as they would be written.
  public var isHeld: Bool {
    [contents.before, contents.after, contents.planned].allSatisfy { $0?.isHeld ?? true }
  }

  /// How many lines the change adds and takes away, where no contents are needed to tell.
  public var knownLineCounts: (added: Int, removed: Int)? {
    let isPlain =
      effect == .none || effect == .remove || (effect == .write && contents.before == nil)
    return isHeld || (isPlain && isFormatted) ? lineCounts : nil
  }

  fileprivate var isRust: Bool { path.hasSuffix(".rs") }

  /// The same with contents in memory; absent where they are others by now.
  fileprivate func holding(formatted: [UInt8]?) -> Change? {
    let planned = formatted ?? contents.planned.flatMap(\.heldBytes)
    if planned == nil, contents.planned != nil { return nil }
    let isPlan = contents.after != nil && contents.after == contents.planned
    let after = isPlan ? planned : contents.after.flatMap(\.heldBytes)
    if after == nil, contents.after != nil { return nil }
    let before = contents.before.flatMap(\.heldBytes)
    if before == nil, contents.before != nil { return nil }
    return Change(
      path: path, verdict: verdict, effect: effect, entry: entry, reason: reason,
      isFormatted: isFormatted || formatted != nil, isExecutable: isExecutable, mode: mode,
      owner: owner,
      contents: Contents(
        before: before.map { .held($0) }, after: after.map { .held($0) },
        planned: planned.map { .held($0) }), isSettled: isSettled)
  }
}

extension FileContents {
  /// The bytes; absent where the source has others by now.
  fileprivate var heldBytes: [UInt8]? {
    switch self {
    case .held(let bytes): bytes
    case .known(let known): known.bytes
    }
  }
}
