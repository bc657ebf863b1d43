import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax

@testable import IgniteTUI

/// Sits before the wizard without a terminal: hits keys by their names, reads the rows of the screen.
struct Robot {
  private(set) var state: AppState
  /// What the world was asked to do and the robot does not do.
  private(set) var asked: [Effect] = []
  private let target: String
  private let preview = Preview(Self.planner, formatter: nil)

  static let catalog = Catalog.builtIn
  static let planner = PlatformPlanner(catalog: catalog)
  static let reach = ReachProbe(
    catalog: catalog, loader: ArchitectureLoader(schema: catalog.schema), planner: planner
  ).reach()

  init(
    width: Int = 80, height: Int = 24, target: String = "/nonexistent/platform",
    catalog: Catalog = Self.catalog
  ) {
    let surroundings = Surroundings(
      catalog: catalog, loader: ArchitectureLoader(schema: Self.catalog.schema),
      explanation: { "Why \($0) is told." })
    state = AppState(surroundings)
    self.target = target
    state.target = target
    take(.reached(Self.reach))
    take(.resize(Size(width: width, height: height)))
  }

  /// A robot before an open file.
  init(
    opening text: String, path: String = "architecture.toml", catalog: Catalog = Self.catalog
  ) {
    self.init(catalog: catalog)
    let bytes = Array(text.utf8)
    let document = Document.parse(Source(name: path, bytes: bytes), format: .toml)
    take(.open(document, path: path, savedBytes: bytes, route: .step(.services)))
  }

  /// Whether what a text means is worked out behind its frame, until `judge`, as in a terminal.
  var judgesLate = false
  private var late: Workshop.Reader?

  /// Brings what was worked out behind the frame.
  mutating func judge() {
    guard let reader = late else { return }
    late = nil
    take(.analysed(reader()))
  }

  mutating func take(_ action: Action) {
    for effect in Reducer.reduce(&state, action) {
      switch effect {
      case .plan: plan()
      case .judge: if judgesLate { late = state.reader } else { take(.judge) }
      default: asked.append(effect)
      }
    }
  }

  private mutating func plan() {
    guard plansFiles else { return }
    let work = PlanWork(
      analysis: state.analysis, planner: Self.planner, preview: preview, target: target,
      choices: state.conflictChoices)
    take(.planned(work.run().state))
  }

  /// Reads the files that are looked at, as they would be written.
  mutating func readFiles() {
    let wanted = state.panes.files.takeWanted()
    let held = preview.holding(wanted)
    take(.read(zip(wanted, held).map { FileReading(asked: $0, held: $1) }))
  }

  /// Whether every change is followed by a plan; long walks do without.
  var plansFiles = false

  /// Hits keys: `down enter`; what stands in quotes is typed.
  mutating func hit(_ keys: String) {
    for name in keys.split(separator: " ") { hitOne(String(name)) }
  }

  private mutating func hitOne(_ name: String) {
    guard let key = Key(text: name) else { preconditionFailure("no key is called \(name)") }
    take(.key(key))
  }

  /// Types a text, letter by letter.
  mutating func type(_ text: String) {
    for character in text { take(.key(Key(character))) }
  }

  /// Puts the cursor on the row with this beginning.
  mutating func go(to title: String) {
    hit("home")
    for _ in state.form.rows.indices {
      if label(state.form.rows[state.cursor]).hasPrefix(title) { return }
      hit("down")
    }
    preconditionFailure("no row begins with \(title): \(state.form.rows.map(label))")
  }

  private func label(_ row: FormRow) -> String {
    switch row {
    case .heading(let title, _): title
    case .text(let text): text
    case .field(let field): field.label
    case .button(let button): button.title
    }
  }

  var text: String { state.session?.document.source.text ?? "" }
  var labels: [String] { state.form.rows.filter(\.isStop).map(label) }

  /// The same before a screen of another size.
  func resized(to size: Size) -> Robot {
    var robot = self
    robot.take(.resize(size))
    return robot
  }

  /// What is seen.
  func surface(_ size: Size? = nil, glyphs: GlyphSet = .unicode) -> Surface {
    var surface = Surface(size ?? state.size, glyphs: glyphs)
    var state = state
    ScreenView.draw(&state, on: &surface)
    return surface
  }

  /// The rows of the screen.
  var rows: [String] {
    surface().rows
  }
}
