import IgniteCatalog
import IgniteSyntax

/// Finds entries that need what no other entry provides where they are used.
struct CapabilityCheck {
  private let planner: Planner
  private let usage: EntryUsage
  private(set) var diagnostics: [Diagnostic] = []

  init(planner: Planner, usage: EntryUsage) {
    self.planner = planner
    self.usage = usage
  }

  mutating func run(_ platform: [TemplateValue]) {
    check(platform, owner: "the platform") { [usage] index, entry in
      !entry.isPerService && usage.isUsed(index)
    }
    guard let service = planner.vocabulary.position(ofScope: "service") else { return }
    var frame = platform
    planner.walk.each([service], in: &frame) { frame in
      let name = planner.walk.names[service].value(in: frame)
      guard case .text(let text) = name else { return }
      check(frame, owner: "`\(text)`") { [usage] index, entry in
        entry.isPerService && usage.isUsed(index, in: frame)
      }
    }
  }

  private mutating func check(
    _ frame: [TemplateValue], owner: String, _ isChecked: (Int, CompiledEntry) -> Bool
  ) {
    var provided: Set<String>?
    for (index, entry) in planner.entries.enumerated()
    where !entry.entry.requires.isEmpty && isChecked(index, entry) {
      let here = provided ?? provides(in: frame)
      provided = here
      for capability in entry.entry.requires where !here.contains(capability) {
        report(capability, wantedBy: entry.entry, owner)
      }
    }
  }

  private func provides(in frame: [TemplateValue]) -> Set<String> {
    var provided: Set<String> = []
    for (index, entry) in planner.entries.enumerated() where usage.isUsed(index, in: frame) {
      provided.formUnion(entry.entry.provides)
    }
    return provided
  }

  private mutating func report(_ capability: String, wantedBy entry: Entry, _ owner: String) {
    var diagnostic = Diagnostic.error(
      "missing-capability",
      "\(owner) uses `\(entry.id)`, which needs `\(capability)`, and nothing there provides it")
    let providers = planner.entries.filter { $0.entry.provides.contains(capability) }
    if !providers.isEmpty {
      let names = providers.map { "`\($0.entry.id)` (\($0.entry.kind.folder))" }
      diagnostic.notes = ["provided by \(names.joined(separator: ", "))"]
    }
    diagnostics.append(diagnostic)
  }
}
