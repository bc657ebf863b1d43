import CTerm
public import IgniteCatalog
import IgniteGenerator
public import IgniteModel
import IgniteSyntax

/// Opens the wizard: full-screen where the terminal can be drawn on, else as plain prompts.
@MainActor
public struct Wizard {
  /// What it begins with.
  public enum Beginning: Hashable, Sendable {
    /// The page with what can be started from.
    case start
    /// A platform of a name, made from nothing.
    case named(String)
    /// A config on the disk.
    case file(String)
  }

  private let catalog: Catalog
  private let loader: ArchitectureLoader
  private let environment: [String: String]
  private let explanation: @Sendable (String) -> String?

  /// Prepares a wizard; `explanation` knows the long explanation of a finding.
  public init(
    catalog: Catalog, loader: ArchitectureLoader, environment: [String: String],
    explanation: @escaping @Sendable (String) -> String?
  ) {
    self.catalog = catalog
    self.loader = loader
    self.environment = environment
    self.explanation = explanation
  }

  /// Runs it to its end; throws when the terminal cannot be used. The status is that of the program.
  public func run(_ beginning: Beginning, isPlain: Bool = false) throws -> Int32 {
    allframe_term_keep_memory_small()
    if isPlain || !TerminalEnvironment.canFillScreen { return runPlain(beginning) }
    BackgroundThread.letTheFirstThreadGoFirst()
    let homes = Homes(environment: environment)
    let themes = ThemeCatalog(folder: homes.config.map { "\($0)/themes" })
    let waker = try Waker()
    let workshop = Workshop(
      catalog: catalog, formatter: formatter, patience: 40, wake: waker.wake)
    let world = World(workshop, homes: homes, environment: environment)
    var application = WizardApplication(state(world, themes), world: world, themes: themes)
    workshop.explore(loader)
    for action in actions(beginning, world, application.state) { application.take(action) }
    application.tellAbout(theme: application.state.themeID)
    let options = TerminalOptions(
      theme: themes.theme(application.state.themeID).theme, waker: waker)
    let ending = try EventLoop.run(&application, options: options)
    if case .terminated(let signal) = ending { return 128 + signal }
    return 0
  }

  /// The same line by line; the status says whether something stayed unsaved.
  private func runPlain(_ beginning: Beginning) -> Int32 {
    PlainConsole.tell(PlainWizard.greeting)
    let homes = Homes(environment: environment)
    let workshop = Workshop(catalog: catalog, formatter: formatter, wake: {})
    let world = World(workshop, homes: homes, environment: environment)
    workshop.explore(loader)
    var state = state(world, ThemeCatalog())
    workshop.wait()
    for action in workshop.takeResults() { _ = Reducer.reduce(&state, action) }
    var wizard = PlainWizard(
      state, tell: PlainConsole.tell, listen: PlainConsole.listen,
      serve: { effect, state in
        let actions = world.run(effect, state)
        workshop.wait()
        return actions + workshop.takeResults()
      })
    for action in actions(beginning, world, state) { wizard.take(action) }
    return wizard.run() ? 0 : 1
  }

  private func state(_ world: World, _ themes: ThemeCatalog) -> AppState {
    var state = AppState(
      Surroundings(catalog: catalog, loader: loader, explanation: explanation))
    state.start = world.startFacts
    if catalog.isBuiltIn { state.reach = .builtIn }
    state.themes = themes.ids
    if let theme = world.theme { state.themeID = theme }
    let (keyMap, problem) = world.keyMap
    state.keyMap = keyMap
    state.message = problem.map { Message(kind: .warning, text: $0) }
    state.rebuild()
    state.cursor = state.form.stops.first ?? 0
    return state
  }

  private func actions(_ beginning: Beginning, _ world: World, _ state: AppState) -> [Action] {
    switch beginning {
    case .start: []
    case .named(let name): [.startNamed(name)]
    case .file(let path): world.run(.open(path), state)
    }
  }

  /// The person's rustfmt; the one beside cargo where the path has none.
  private var formatter: RustFormatter? {
    let home = environment["HOME"].map { ":\($0)/.cargo/bin" } ?? ""
    return RustFormatter(searching: (environment["PATH"] ?? "") + home)
  }
}
