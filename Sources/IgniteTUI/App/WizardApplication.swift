import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax

/// The wizard in a terminal: events in, frames out, effects to the world.
@MainActor
final class WizardApplication: TerminalApplication {
  private(set) var state: AppState
  private let world: World
  private let themes: ThemeCatalog
  private var requests: [TerminalRequest] = []
  private var isEditing = false
  private var isLeavingAfterSave = false

  init(_ state: AppState, world: World, themes: ThemeCatalog) {
    self.state = state
    self.world = world
    self.themes = themes
  }

  var isFinished: Bool { state.isFinished }

  /// Now and then it looks whether somebody else changed the open file.
  var tickDelay: Int? { state.session?.path == nil ? nil : 2000 }

  func takeRequests() -> [TerminalRequest] {
    defer { requests = [] }
    return requests
  }

  func draw(on surface: inout Surface) {
    ScreenView.draw(&state, on: &surface)
    world.workshop.read(state.panes.files.takeWanted())
  }

  func handle(_ events: [InputEvent]) { for event in events { handle(event) } }

  private func handle(_ event: InputEvent) {
    switch event {
    case .key(let key): take(.key(key))
    case .paste(let text): take(.paste(text))
    case .mouse(let mouse): take(.mouse(mouse))
    case .resize(let size): take(.resize(size))
    case .focus(let isFront): if isFront { look() }
    case .wake: for action in world.workshop.takeResults() { take(action) }
    case .tick: look()
    case .resumed(let status): resumed(status)
    case .terminate: state.isFinished = true
    }
  }

  private func look() { for action in world.look(state) { take(action) } }

  /// Takes an action and does what follows from it.
  func take(_ action: Action) {
    var last: (Analysis, PlanState)? = (state.analysis, state.plan)
    defer {
      let isSame = last?.0.stamp == state.analysis.stamp && last?.1.count == state.plan.count
      if !isSame, let last = last.take() { world.workshop.letGo(last) }
    }
    for effect in Reducer.reduce(&state, action) {
      serve(effect)
      for next in world.run(effect, state) { take(next) }
    }
  }

  private func serve(_ effect: Effect) {
    switch effect {
    case .suspend: requests.append(.suspend)
    case .redraw: requests.append(.redraw)
    case .mouse(let isOn): requests.append(.mouse(isOn))
    case .copy(let text): requests.append(.copy(text))
    case .theme(let id), .showTheme(let id):
      requests.append(.theme(themes.theme(id).theme))
      tellAbout(theme: id)
    case .editor(let line): edit(line)
    case .quit: quit()
    case .judge: world.judge(state)
    case .save: isLeavingAfterSave = true
    case .plan, .open, .resume, .journal, .forgetDraft, .generate, .keepDraft, .removeDraft, .close,
      .complete:
      break
    }
  }

  /// Says what is wrong with a theme of the person's own; the usual one is shown instead.
  func tellAbout(theme id: String) {
    let report = themes.theme(id).report
    guard let first = report.diagnostics.first else { return }
    let line = first.primary.map { ", line \(report.source.lineIndex(at: $0.span.start) + 1)" }
    let text = "theme \(id)\(line ?? ""): \(first.message); the usual theme is shown"
    take(.say(Message(kind: .warning, text: text)))
  }

  /// Nobody leaves after a save that failed.
  private func quit() {
    if !isLeavingAfterSave || !state.isUnsaved { state.isFinished = true }
    isLeavingAfterSave = false
  }

  // MARK: The person's editor

  private func edit(_ line: Int) {
    guard let command = world.editorCommand(state, line: line) else {
      return take(.say(Message(kind: .warning, text: "set EDITOR to open the text in it")))
    }
    isEditing = true
    requests.append(.run(command))
  }

  private func resumed(_ status: Int32?) {
    guard isEditing, status != nil else { return look() }
    isEditing = false
    if let bytes = world.editedText() { take(.edited(bytes)) }
  }
}
