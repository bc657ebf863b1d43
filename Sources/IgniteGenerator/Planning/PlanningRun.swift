import IgniteModel
import IgniteCatalog
import IgniteSyntax

/// The making of one plan.
struct PlanningRun: Sendable {
  /// One thing that files are made for: the platform, a service, an event.
  struct Subject: Sendable {
    /// Its scope, 0 for the platform.
    let scope: Int
    let frame: [TemplateValue]
  }

  /// One file to make: a file of an entry and what it is made for.
  struct Job: Sendable {
    var entry: Int
    var file: Int
    var frame: [TemplateValue]
  }

  let planner: Planner
  let usage: EntryUsage
  private let unbound: [TemplateValue]

  init(planner: Planner, platform: TemplateValue) {
    self.planner = planner
    var frame = [TemplateValue](repeating: .absent, count: planner.vocabulary.scopes.count)
    frame[0] = platform
    unbound = frame
    usage = EntryUsage(planner, frame)
  }

  /// All files in no particular order, and what is wrong with them.
  func run() -> PlanningPart {
    var whole = PlanningPart(diagnostics: missingCapabilities)
    let jobs = subjects.flatMap(jobs(for:))
    for part in Workers.map(jobs.count, { make(jobs[$0]) }) { whole.append(part) }
    return whole
  }

  /// What entries need and nothing provides.
  var missingCapabilities: [Diagnostic] {
    var capabilities = CapabilityCheck(planner: planner, usage: usage)
    capabilities.run(unbound)
    return capabilities.diagnostics
  }

  /// Everything that files are made for, the platform first.
  var subjects: [Subject] {
    var subjects: [Subject] = []
    for scope in planner.files.keys.sorted() {
      var frame = unbound
      planner.walk.each([scope], in: &frame) { frame in
        subjects.append(Subject(scope: scope, frame: frame))
      }
    }
    return subjects
  }

  /// The files to make for one thing.
  func jobs(for subject: Subject) -> [Job] {
    var jobs: [Job] = []
    for (index, number) in planner.files[subject.scope] ?? [] where usage.isUsed(index) {
      var frame = subject.frame
      let file = planner.entries[index].files[number]
      planner.walk.each(file.path.scopes[...], in: &frame) { frame in
        guard usage.isUsed(index, in: frame) else { return }
        jobs.append(Job(entry: index, file: number, frame: frame))
      }
    }
    return jobs
  }

  /// The files of some jobs, and what is wrong with them.
  func make(_ jobs: ArraySlice<Job>) -> PlanningPart {
    var part = PlanningPart()
    var renderer = TemplateRenderer(vocabulary: planner.vocabulary, fragments: fragments)
    for job in jobs { make(job, with: &renderer, into: &part) }
    part.diagnostics += renderer.diagnostics
    return part
  }

  /// What is in the file of a path that is made for a thing.
  func bytes(of path: String, for subject: Subject) -> [UInt8]? {
    let job = jobs(for: subject).first { job in
      let file = planner.entries[job.entry].files[job.file]
      return file.path.text(in: job.frame, planner.walk.names) == .success(path)
    }
    return job.flatMap { make([$0]).files.first?.bytes }
  }

  private func make(
    _ job: Job, with renderer: inout TemplateRenderer, into part: inout PlanningPart
  ) {
    let entry = planner.entries[job.entry]
    let file = entry.files[job.file]
    switch file.path.text(in: job.frame, planner.walk.names) {
    case .failure(let refusal):
      let site = TemplateSite(file: file.origin, line: 1, column: 1)
      part.diagnostics.append(site.error("value-refused", refusal.reason))
    case .success(let path):
      guard let bytes = bytes(of: file, in: job.frame, &renderer) else { return }
      part.files.append(
        PlannedFile(
          path: path, bytes: bytes, isExecutable: file.isExecutable, entry: entry.entry.name,
          isFormatted: !path.hasSuffix(".rs")))
    }
  }

  /// What goes into the file; a template that gives nothing but blanks gives no file.
  private func bytes(
    of file: CompiledEntry.File, in frame: [TemplateValue], _ renderer: inout TemplateRenderer
  ) -> [UInt8]? {
    switch file.content {
    case .verbatim(let bytes): return bytes
    case .template(let template):
      let bytes = renderer.render(template, scopes: frame)
      return bytes.contains { $0 > 0x20 } ? bytes : nil
    }
  }

  private func fragments(
    of slot: TemplateSlot, in scopes: [TemplateValue]
  ) -> [TemplateFragment] {
    var found: [TemplateFragment] = []
    for (index, fragment) in planner.fragments[slot.name, default: []] where usage.isUsed(index) {
      var frame = scopes
      planner.walk.each(fragment.scopes[...], in: &frame) { frame in
        guard usage.isUsed(index, in: frame) else { return }
        found.append(TemplateFragment(template: fragment.template, scopes: frame))
      }
    }
    return found
  }
}

/// Some files of a plan and what is wrong with them.
struct PlanningPart: Sendable {
  var files: [PlannedFile] = []
  var diagnostics: [Diagnostic] = []

  mutating func append(_ other: PlanningPart) {
    if files.isEmpty { files = other.files } else { files += other.files }
    diagnostics += other.diagnostics
  }
}
