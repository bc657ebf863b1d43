import IgniteModel
import IgniteSyntax

/// What the person wants of a comparison.
public struct ReconcileOptions: Hashable, Sendable {
  /// What becomes of files in conflict, absent while the person has not chosen.
  public var conflicts: ConflictResolution?
  /// What becomes of single files in conflict, by path, before `conflicts` is asked.
  public var choices: [String: ConflictResolution]
  /// Whether files come back that the person deleted.
  public var restoresDeleted: Bool

  /// Makes options.
  public init(
    conflicts: ConflictResolution? = nil, choices: [String: ConflictResolution] = [:],
    restoresDeleted: Bool = false
  ) {
    self.conflicts = conflicts
    self.choices = choices
    self.restoresDeleted = restoresDeleted
  }
}

/// Compares a plan with the disk and with what was written last; it writes nothing.
struct Reconciler: Sendable {
  let target: Target
  let written: WrittenFiles
  let options: ReconcileOptions
  /// What is known of the disk from earlier looks; without it every file is read.
  var memory: DiskMemory?

  /// One path of the plan or of the last run.
  private struct Place: Sendable {
    let plan: PlannedFile?
    let record: Manifest.Record?
    var path: String { plan?.path ?? record?.path ?? "" }
  }

  private struct Part: Sendable {
    var changes: [Change] = []
    var records: [ChangeSet.NextRecord] = []
    var diagnostics: [Diagnostic] = []
  }

  /// What is to be done.
  func changeSet(for plan: FilePlan) throws(TargetError) -> ChangeSet {
    let root = try Descriptor.root(target.path)
    let places = places(plan)
    let parts = Workers.map(places.count) { range in part(places[range], root) }
    return ChangeSet(
      changes: parts.flatMap(\.changes), diagnostics: parts.flatMap(\.diagnostics),
      records: parts.flatMap(\.records), written: written)
  }

  /// Plan and manifest are both sorted: one pass pairs them.
  private func places(_ plan: FilePlan) -> [Place] {
    var records = written.manifest.records[...]
    var places: [Place] = []
    places.reserveCapacity(plan.files.count)
    for file in plan.files {
      while let record = records.first, record.path < file.path {
        places.append(Place(plan: nil, record: records.removeFirst()))
        _ = record
      }
      let isKnown = records.first?.path == file.path
      places.append(Place(plan: file, record: isKnown ? records.removeFirst() : nil))
    }
    return places + records.map { Place(plan: nil, record: $0) }
  }

  private func part(_ places: ArraySlice<Place>, _ root: Descriptor?) -> Part {
    var part = Part()
    var walk = root.map { FolderWalk(root: $0, prefix: target.prefix) }
    for place in places {
      do throws(TargetError) {
        try judge(place, &walk, into: &part)
      } catch {
        part.diagnostics.append(error.diagnostic)
      }
    }
    return part
  }

  private func judge(
    _ place: Place, _ walk: inout FolderWalk?, into part: inout Part
  ) throws(TargetError) {
    let disk =
      if let memory { try memory.file(place.path, &walk) } else { try walk?.file(place.path) }
    let digest = place.plan.map { $0.origin?.digest ?? $0.contents.digest }
    let judgement = Judgement(
      plan: place.plan, disk: disk, record: place.record,
      base: { place.record.flatMap { written.contents(of: $0) } }, digest: digest,
      resolution: options.choices[place.path] ?? options.conflicts,
      restoresDeleted: options.restoresDeleted)
    guard let change = judgement.change() else { return }
    part.changes.append(change)
    if change.effect == .writeBeside { try checkBeside(change, &walk) }
    if let record = next(place, change, digest) { part.records.append(record) }
  }

  /// What was written beside a file earlier may have been edited since.
  private func checkBeside(_ change: Change, _ walk: inout FolderWalk?) throws(TargetError) {
    let path = change.path + Change.besideEnding
    guard let other = try walk?.file(path), other.contents != change.contents.planned else {
      return
    }
    throw TargetError(
      "beside-exists", target.named(path), "is still there from an earlier conflict",
      notes: ["merge it into the file beside it, or delete it"])
  }

  private func next(
    _ place: Place, _ change: Change, _ digest: Digest?
  ) -> ChangeSet.NextRecord? {
    guard let plan = place.plan, let digest else { return nil }
    if change.isOpenConflict {
      return place.record.map { ChangeSet.NextRecord(record: $0, contents: nil) }
    }
    let record = Manifest.Record(
      path: plan.path, entry: plan.entry, digest: digest, source: plan.origin?.source,
      isFormatted: plan.isFormatted, isExecutable: plan.isExecutable)
    return ChangeSet.NextRecord(record: record, contents: plan.contents)
  }
}
