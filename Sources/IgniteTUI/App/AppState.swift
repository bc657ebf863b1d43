import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax

/// What does not change while the wizard is open.
struct Surroundings: Sendable {
  let catalog: Catalog
  let loader: ArchitectureLoader
  /// The text of a code, for the explanation of a finding.
  let explanation: @Sendable (String) -> String?
}

/// Everything that the screen shows and the next key depends on.
struct AppState: Sendable {
  let surroundings: Surroundings
  var session: Session?
  var analysis: Analysis
  var plan = PlanState()
  var reach = Reach.unknown
  var start = StartFacts()

  /// The pages one came through, the one that is shown last.
  var trail: [Route] = [.start]
  var form = Form()
  /// The row on which the cursor stands.
  var cursor = 0
  /// Where the cursor stood on pages that were left.
  var places: [Route: String] = [:]
  /// The highlighted field while it is typed into.
  var draft: TextDraft?
  /// Whether the field had a problem before it was typed into, which then stays in view.
  var wasWrong = false
  /// The text before the typing began, to which Esc goes back.
  var textBeforeDraft: [UInt8]?

  var focus = Focus.form
  var panes = Panes()
  var visiblePane = PaneID.graph
  /// Which revision of the text each pane shows.
  var shown: [PaneID: Int] = [:]
  var overlays: [Overlay] = []
  var message: Message?
  var keyMap = KeyMap.standard
  var size = Size(width: 80, height: 24)
  var isMouseOn = true
  var themeID = "default-dark"
  var themes: [String] = []
  var generating: GenerateState?
  var conflictChoices: [String: ConflictResolution] = [:]
  /// Where the platform goes, if that is not its name.
  var target: String?
  var isFinished = false

  /// Starts without a config.
  init(_ surroundings: Surroundings) {
    self.surroundings = surroundings
    let empty = Document.parse(Source(name: "architecture.toml", bytes: []), format: .toml)
    analysis = Analysis(empty, revision: -1, loader: surroundings.loader)
    rebuild()
  }

  /// The page that is shown.
  var route: Route { trail.last ?? .start }

  /// The step that the page belongs to.
  var step: WizardStep? {
    for route in trail.reversed() {
      if case .step(let id) = route { return WizardStep.step(id) }
    }
    return nil
  }

  /// Whether the next character is text.
  var isTyping: Bool {
    switch overlays.last {
    case .picker?, .prompt?: true
    case .confirm?, .help?, .explain?: false
    case nil: draft != nil || isTypingInPane
    }
  }

  private var isTypingInPane: Bool {
    guard case .pane(let pane) = focus else { return false }
    return panes.isTyping(in: pane)
  }

  /// All that is wrong.
  var findings: Findings { Findings(analysis, plan) }

  var isUnsaved: Bool { session?.isUnsaved ?? false }

  /// Whether everything is worked out that follows from the text.
  var isJudged: Bool {
    analysis.isJudged && (session.map { $0.revision == analysis.revision } ?? true)
  }

  /// Works out what the text means, on any thread.
  var reader: Workshop.Reader? {
    guard let session else { return nil }
    let (last, loader) = (analysis, surroundings.loader)
    return {
      var analysis =
        last.revision == session.revision
        ? last
        : Analysis(session.document, revision: session.revision, loader: loader, after: last)
      analysis.judge()
      return analysis
    }
  }

  /// The field on which the cursor stands.
  var field: FormField? { form.rows[safe: cursor]?.field }

  var builder: FormBuilder {
    FormBuilder(catalog: surroundings.catalog, reach: reach, analysis: analysis)
  }

  var changes: ServiceChanges {
    ServiceChanges(
      architecture: analysis.architecture, document: analysis.document,
      schema: analysis.loaded.schema)
  }

  /// Makes the page anew and leaves the cursor where it was.
  mutating func rebuild() {
    let id = form.rows[safe: cursor]?.id
    form = PageBuilder(forms: builder, start: start, plan: plan).form(for: route)
    if let id, let row = form.row(id) {
      cursor = row
    } else {
      let stops = form.stops
      cursor = stops.last { $0 <= cursor } ?? stops.first ?? 0
    }
  }

  /// Whether the page tells how far the writing is, or what it came to.
  var isTellingOfGeneration: Bool { generating != nil && route == .step(.generate) }

  /// How a page is called on the way to it.
  func title(of route: Route) -> String {
    switch route {
    case .start: return "start"
    case .step(let id): return WizardStep.step(id).title
    case .table(let path):
      if let name = builder.written(path)?.name { return name }
      guard case .key(let key)? = path.last else { return path.description }
      return key
    }
  }
}
