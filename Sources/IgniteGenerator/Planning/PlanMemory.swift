import IgniteModel
import IgniteSyntax
import Synchronization

/// What the last plan made of each thing, so that the next one makes only what has changed. No contents
/// are held: they are made again when somebody looks.
final class PlanMemory: ContentsSource {
  /// What the files for one thing follow from.
  private struct Key: Hashable, Sendable {
    var scope: Int
    var name: String
    /// A hash of all values; seeded anew in every process, so that no config can aim at it.
    var content: Int
  }

  private struct State: Sendable {
    var parts: [Key: PlanningPart] = [:]
    var run: PlanningRun?
    var made: [(subject: PlanningRun.Subject, part: PlanningPart)] = []
    var order: FileOrder?
  }

  private let planner: Planner
  private let outside: [Int: OutsideReads]
  private let state = Mutex(State())

  init(_ planner: Planner) {
    self.planner = planner
    outside = Dictionary(
      uniqueKeysWithValues: planner.files.keys.filter { $0 > 0 }
        .map { ($0, OutsideReads(planner, scope: $0)) })
  }

  /// The files for a platform in no particular order, and what is wrong with them.
  func make(_ platform: TemplateValue) -> PlanningPart {
    let run = PlanningRun(planner: planner, platform: platform)
    let subjects = run.subjects
    let keys = keys(of: subjects, run)
    let known = state.withLock { $0.parts }
    let parts = parts(for: subjects, keys, known, run)
    var whole = PlanningPart(diagnostics: run.missingCapabilities)
    for part in parts { whole.append(part) }
    let kept = zip(keys, parts).compactMap { key, part in key.map { ($0, part) } }
    state.withLock { state in
      state.parts = Dictionary(kept, uniquingKeysWith: { first, _ in first })
      state.made = Array(zip(subjects, parts))
      state.run = run
    }
    return whole
  }

  /// The plan of files that come in any order, which is remembered.
  func arranged(_ files: [PlannedFile], _ diagnostics: inout [Diagnostic]) -> FilePlan {
    if let plan = state.withLock({ $0.order })?.plan(files) { return plan }
    let before = diagnostics.count
    let plan = FilePlan(files, diagnostics: &diagnostics)
    let order = diagnostics.count == before ? FileOrder(files) : nil
    state.withLock { $0.order = order }
    return plan
  }

  /// The key of each thing; things that cannot be told from others have none.
  private func keys(of subjects: [PlanningRun.Subject], _ run: PlanningRun) -> [Key?] {
    let seeds = outside.compactMapValues { reads -> Int? in
      var hasher = Hasher()
      run.usage.hash(into: &hasher)
      guard let frame = subjects.first?.frame else { return nil }
      return reads.hash(frame, into: &hasher) ? hasher.finalize() : nil
    }
    return Workers.map(subjects.count, atLeast: 64) { range in
      subjects[range].map { key(of: $0, seeds) }
    }.flatMap { $0 }
  }

  private func key(of subject: PlanningRun.Subject, _ seeds: [Int: Int]) -> Key? {
    guard let seed = seeds[subject.scope],
      case .text(let name) = planner.walk.names[subject.scope].value(in: subject.frame)
    else { return nil }
    var hasher = Hasher()
    hasher.combine(seed)
    guard subject.frame[subject.scope].hashContent(into: &hasher) else { return nil }
    return Key(scope: subject.scope, name: name, content: hasher.finalize())
  }

  private func parts(
    for subjects: [PlanningRun.Subject], _ keys: [Key?], _ known: [Key: PlanningPart],
    _ run: PlanningRun
  ) -> [PlanningPart] {
    var parts = keys.map { key in key.flatMap { known[$0] } }
    let open = parts.indices.filter { parts[$0] == nil }
    let made = Workers.map(open.count, atLeast: 4) { range in
      open[range].map { outline(run.make(run.jobs(for: subjects[$0])[...])) }
    }.flatMap { $0 }
    for (index, part) in zip(open, made) { parts[index] = part }
    return parts.compactMap { $0 }
  }

  /// The same without contents.
  private func outline(_ part: PlanningPart) -> PlanningPart {
    var part = part
    for index in part.files.indices {
      let file = part.files[index]
      part.files[index].contents = .known(
        KnownContents(of: file.bytes, path: file.path, from: self))
    }
    return part
  }

  func bytes(of path: String) -> [UInt8]? {
    let (run, made) = state.withLock { ($0.run, $0.made) }
    guard let run, let owner = made.first(where: { $0.part.files.contains { $0.path == path } })
    else { return nil }
    return run.bytes(of: path, for: owner.subject)
  }
}

/// The order of a plan's files, which stays while the same paths come in the same sequence.
struct FileOrder: Sendable {
  private let paths: [String]
  private let places: [Int]

  /// Takes the order of files of which all can be used.
  init(_ files: [PlannedFile]) {
    paths = files.map(\.path)
    places = files.indices.sorted { files[$0].path < files[$1].path }
  }

  /// The plan of files in the same sequence; absent where they are others.
  func plan(_ files: [PlannedFile]) -> FilePlan? {
    guard files.count == paths.count, zip(files, paths).allSatisfy({ $0.path == $1 }) else {
      return nil
    }
    return FilePlan(sorted: places.map { files[$0] })
  }
}
