public import IgniteCatalog
public import IgniteModel
public import IgniteSyntax

/// Makes the plan of a platform: the files of the catalog's entries and the config itself.
public struct PlatformPlanner: Sendable {
  private let catalog: Catalog
  private let planner: Planner
  private let context: PlatformContext

  /// Reads and checks the templates of a catalog.
  public init(catalog: Catalog) {
    self.catalog = catalog
    context = PlatformContext(catalog: catalog)
    planner = Planner(catalog: catalog, vocabulary: context.vocabulary)
  }

  /// The files for an architecture and what is wrong with them; with an error among that, the plan is
  /// not to be used.
  ///
  /// - Parameters:
  ///   - architecture: What to generate.
  ///   - config: The text it came from, which is kept with the platform as it is.
  ///   - offered: The contracts that the last run wrote, whose numbers stay.
  public func plan(
    _ architecture: ResolvedArchitecture, config: Document, keeping offered: ProtoForms = .none
  ) -> (plan: FilePlan, diagnostics: [Diagnostic]) {
    plan(
      architecture, config, offered, make: planner.make,
      arrange: { FilePlan($0, diagnostics: &$1) })
  }

  /// The same, with what is remembered of the plan before.
  func plan(
    _ architecture: ResolvedArchitecture, config: Document, keeping offered: ProtoForms,
    with memory: PlanMemory
  ) -> (plan: FilePlan, diagnostics: [Diagnostic]) {
    plan(architecture, config, offered, make: memory.make, arrange: memory.arranged)
  }

  /// A memory for plans of this planner.
  func memory() -> PlanMemory { PlanMemory(planner) }

  private func plan(
    _ architecture: ResolvedArchitecture, _ config: Document, _ offered: ProtoForms,
    make: (TemplateValue) -> PlanningPart,
    arrange: ([PlannedFile], inout [Diagnostic]) -> FilePlan
  ) -> (plan: FilePlan, diagnostics: [Diagnostic]) {
    let missing = CatalogCheck(catalog).check(architecture.architecture)
    guard missing.allSatisfy({ $0.severity != .error }) else {
      var none: [Diagnostic] = []
      return (FilePlan([], diagnostics: &none), planner.diagnostics + missing)
    }
    let facts = context.facts(of: architecture, keeping: offered)
    let value = context.value(of: facts)
    let made = make(value)
    var diagnostics = planner.diagnostics + missing + made.diagnostics
    if !architecture.architecture.overlays.isEmpty, planner.makesFiles(for: "environment", value) {
      diagnostics += EnvironmentCheck().check(facts)
    }
    let copy = PlannedFile(
      path: "architecture.\(config.format.rawValue)", bytes: config.source.bytes,
      entry: "architecture")
    let plan = arrange(made.files + [copy], &diagnostics)
    return (plan, diagnostics)
  }
}
