import IgniteCatalog
import IgniteSyntax

/// The making of one plan.
struct PlanningRun {
  private let planner: Planner
  private let unbound: [TemplateValue]
  private let usage: EntryUsage
  private(set) var files: [PlannedFile] = []
  private(set) var diagnostics: [Diagnostic] = []

  init(planner: Planner, platform: TemplateValue) {
    self.planner = planner
    var frame = [TemplateValue](repeating: .absent, count: planner.vocabulary.scopes.count)
    frame[0] = platform
    unbound = frame
    usage = EntryUsage(planner, frame)
  }

  mutating func run() {
    var capabilities = CapabilityCheck(planner: planner, usage: usage)
    capabilities.run(unbound)
    diagnostics += capabilities.diagnostics
    var renderer = renderer()
    for (index, entry) in planner.entries.enumerated() where usage.isUsed(index) {
      for file in entry.files {
        var frame = unbound
        planner.walk.each(file.path.scopes[...], in: &frame) { frame in
          guard usage.isUsed(index, in: frame) else { return }
          write(file, of: entry, in: frame, &renderer)
        }
      }
    }
    diagnostics += renderer.diagnostics
  }

  private func renderer() -> TemplateRenderer {
    let (planner, usage) = (planner, usage)
    return TemplateRenderer(vocabulary: planner.vocabulary) { slot, scopes in
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

  private mutating func write(
    _ file: CompiledEntry.File, of entry: CompiledEntry, in frame: [TemplateValue],
    _ renderer: inout TemplateRenderer
  ) {
    switch file.path.text(in: frame, planner.walk.names) {
    case .failure(let refusal):
      let site = TemplateSite(file: file.origin, line: 1, column: 1)
      diagnostics.append(site.error("value-refused", refusal.reason))
    case .success(let path):
      guard let bytes = bytes(of: file, in: frame, &renderer) else { return }
      files.append(
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
}

/// Which entries a platform uses, and for which of its services.
struct EntryUsage {
  private let entries: [CompiledEntry]
  private let isUsedAtAll: [Bool]
  private let service: Int?

  init(_ planner: Planner, _ platform: [TemplateValue]) {
    entries = planner.entries
    let service = planner.vocabulary.position(ofScope: "service")
    self.service = service
    isUsedAtAll = planner.entries.map { entry in
      guard entry.isPerService, let service else { return entry.condition.holds(in: platform) }
      var isUsed = false
      var frame = platform
      planner.walk.each([service], in: &frame) { frame in
        isUsed = isUsed || entry.condition.holds(in: frame)
      }
      return isUsed
    }
  }

  /// Whether the platform or one of its services uses the entry.
  func isUsed(_ entry: Int) -> Bool { isUsedAtAll[entry] }

  /// Whether the entry is used for the bound service, if one is bound.
  func isUsed(_ entry: Int, in frame: [TemplateValue]) -> Bool {
    guard isUsedAtAll[entry], entries[entry].isPerService, let service,
      case .record = frame[service]
    else { return isUsedAtAll[entry] }
    return entries[entry].condition.holds(in: frame)
  }
}
