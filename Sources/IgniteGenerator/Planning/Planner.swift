public import IgniteCatalog
public import IgniteSyntax

/// Makes the files of a platform from the entries of a catalog.
///
/// A planner is made once for a catalog, which checks all templates, and plans any number of platforms.
public struct Planner: Sendable {
  /// What is wrong with the catalog's templates; the entries are used without them.
  public let diagnostics: [Diagnostic]
  let vocabulary: Vocabulary
  let entries: [CompiledEntry]
  let walk: ScopeWalk
  /// The files by the thing that they are made for: the outermost scope of their path, 0 for the
  /// platform itself.
  let files: [Int: [(entry: Int, file: Int)]]
  /// The fragments for each slot with the position of their entry, in the order of entries.
  let fragments: [String: [(entry: Int, fragment: CompiledEntry.Fragment)]]

  /// Reads and checks the templates of a catalog for a vocabulary.
  public init(catalog: Catalog, vocabulary: Vocabulary) {
    var compiler = EntryCompiler(vocabulary: vocabulary)
    entries = compiler.compile(catalog.entries)
    diagnostics = compiler.diagnostics
    self.vocabulary = vocabulary
    walk = ScopeWalk(vocabulary)
    var fragments: [String: [(entry: Int, fragment: CompiledEntry.Fragment)]] = [:]
    for (index, entry) in entries.enumerated() {
      for fragment in entry.fragments {
        fragments[fragment.slot, default: []].append((index, fragment))
      }
    }
    self.fragments = fragments
    var files: [Int: [(entry: Int, file: Int)]] = [:]
    for (index, entry) in entries.enumerated() {
      for (number, file) in entry.files.enumerated() {
        files[file.path.scopes.first ?? 0, default: []].append((index, number))
      }
    }
    self.files = files
  }

  /// The files for a platform, given as the record of the first scope, and what is wrong with them.
  public func plan(_ platform: TemplateValue) -> (plan: FilePlan, diagnostics: [Diagnostic]) {
    var made = make(platform)
    let plan = FilePlan(made.files, diagnostics: &made.diagnostics)
    return (plan, made.diagnostics)
  }

  /// Whether an entry that the platform uses makes files for each thing of a scope.
  func makesFiles(for scope: String, _ platform: TemplateValue) -> Bool {
    guard let number = vocabulary.position(ofScope: scope), let files = files[number] else {
      return false
    }
    var frame = [TemplateValue](repeating: .absent, count: vocabulary.scopes.count)
    frame[0] = platform
    let usage = EntryUsage(self, frame)
    return files.contains { usage.isUsed($0.entry) }
  }

  /// The files for a platform in no particular order, and what is wrong with them.
  func make(_ platform: TemplateValue) -> PlanningPart {
    PlanningRun(planner: self, platform: platform).run()
  }
}
