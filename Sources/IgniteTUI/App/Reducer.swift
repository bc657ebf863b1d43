import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax

/// Turns what happened into the next state and what the world is asked to do.
struct Reducer {
  var state: AppState
  private(set) var effects: [Effect] = []

  init(_ state: AppState) { self.state = state }

  /// The state after an action.
  static func reduce(_ state: inout AppState, _ action: Action) -> [Effect] {
    var reducer = Reducer(state)
    reducer.take(action)
    reducer.state.refreshPanes()
    state = reducer.state
    return reducer.effects
  }

  mutating func ask(_ effect: Effect) { effects.append(effect) }

  mutating func take(_ action: Action) {
    if needsVerdict(action) { judge() }
    switch action {
    case .key(let key): take(key)
    case .paste(let text): paste(text)
    case .mouse(let mouse): take(mouse)
    case .resize(let size): state.size = size
    case .command(let command): run(command)
    case .open(let document, let path, let savedBytes, let route):
      open(document, path: path, savedBytes: savedBytes, route: route)
    case .startNamed(let name): startEmpty(named: name)
    case .draftFound(let id, let changes): offer(draft: id, changes)
    case .closed(let facts): closed(facts)
    case .reached(let reach):
      state.reach = reach
      if state.draft == nil { state.rebuild() }
    case .planned(let plan): adopt(plan)
    case .read(let files): state.panes.files.take(files)
    case .progress(let phase, let done, let total): progress(phase, done, total)
    case .generated(let result, let path): finish(result, path)
    case .saved(let path, let bytes): saved(path, bytes)
    case .changedOutside(let bytes): changedOutside(bytes)
    case .edited(let bytes): edited(bytes, title: "edited in the editor")
    case .openFailed(let text), .saveFailed(let text): say(.error, text)
    case .completed(let completion): complete(completion)
    case .judge: judge()
    case .analysed(let analysis): adopt(analysis)
    case .say(let message): state.message = message
    case .terminate: ask(.quit)
    }
  }

  // MARK: Messages

  mutating func say(_ kind: Message.Kind, _ text: String) {
    state.message = Message(kind: kind, text: text)
  }

  // MARK: The config

  private mutating func open(
    _ document: Document, path: String?, savedBytes: [UInt8]?, route: Route
  ) {
    forgetText()
    // Numbers go on, so that a plan of the text before is known for an older one.
    let revision = max(state.session?.revision ?? 0, state.analysis.revision) + 1
    state.session = Session(document, path: path, savedBytes: savedBytes, revision: revision)
    state.plan.revision = revision
    state.trail = [.start, route]
    state.analysis = Analysis(
      document, revision: revision, loader: state.surroundings.loader)
    state.rebuild()
    ask(.plan)
    state.cursor = state.form.stops.first ?? 0
    ask(.journal)
  }

  /// What belonged to the text that was open.
  private mutating func forgetText() {
    state.shown = [:]
    state.panes = state.panes.emptied
    state.plan = PlanState()
    state.overlays = []
    state.draft = nil
    state.generating = nil
    state.conflictChoices = [:]
    state.places = [:]
    state.focus = .form
    state.message = nil
  }

  /// The first page, as when the program starts.
  private mutating func closed(_ facts: StartFacts) {
    forgetText()
    state.session = nil
    state.start = facts
    state.trail = [.start]
    state.form = Form()
    state.rebuild()
    state.cursor = state.form.stops.first ?? 0
  }

  /// Makes edits and follows them through; false when they were refused.
  @discardableResult
  mutating func apply(_ edits: [ConfigEdit], _ title: String, joining: String? = nil) -> Bool {
    guard !edits.isEmpty, state.session != nil else { return false }
    let before = state.session?.revision
    if let refusal = state.session?.apply(edits, title: title, joining: joining) {
      say(.error, refusal.message)
      return false
    }
    if state.session?.revision != before { changed(isTyping: joining != nil) }
    return true
  }

  /// Replaces the whole text.
  mutating func edited(_ bytes: [UInt8], title: String, joining: String? = nil) {
    let before = state.session?.revision
    state.session?.replace(bytes, title: title, joining: joining)
    if state.session?.revision != before { changed() }
  }

  /// Follows a change through. What is typed into a field stands in the field already: what it means is
  /// worked out behind the frame that shows it.
  private mutating func changed(isTyping: Bool = false) {
    state.message = nil
    if !isTyping {
      analyse()
      state.rebuild()
    }
    ask(.judge)
    ask(.journal)
  }

  /// Works out what the text describes.
  private mutating func analyse() {
    guard let session = state.session, session.revision != state.analysis.revision else { return }
    state.analysis = Analysis(
      session.document, revision: session.revision, loader: state.surroundings.loader,
      after: state.analysis)
    leaveLostPages()
  }

  /// Whether an action depends on more than what the text describes: all that a person does but typing.
  private func needsVerdict(_ action: Action) -> Bool {
    switch action {
    case .command, .mouse: return true
    case .key(let key):
      let isTyping = state.draft != nil || state.focus == .pane(.source)
      return !(isTyping && state.overlays.isEmpty && (key.typed != nil || key == Key(.backspace)))
    default: return false
    }
  }

  /// Works out what an edit left to be worked out.
  mutating func judge() {
    guard !state.isJudged else { return }
    analyse()
    state.analysis.judge()
    state.rebuild()
    ask(.plan)
  }

  /// Takes what was worked out about the text, unless there is another one or it was too late.
  private mutating func adopt(_ analysis: Analysis) {
    guard analysis.revision == state.session?.revision, !state.isJudged else { return }
    state.analysis = analysis
    leaveLostPages()
    state.rebuild()
    ask(.plan)
  }

  /// Asks for a plan of the text as it is.
  mutating func askForPlan() {
    if state.isJudged { ask(.plan) } else { judge() }
  }

  /// A page whose table is gone is left.
  private mutating func leaveLostPages() {
    while case .table(let path) = state.route, state.analysis.document.root.node(at: path) == nil {
      state.trail.removeLast()
      state.draft = nil
    }
  }

  mutating func undo() {
    endDraft()
    guard let title = state.session?.undo() else { return say(.info, "nothing to undo") }
    changed()
    say(.info, "undone: \(title)")
  }

  mutating func redo() {
    endDraft()
    guard let title = state.session?.redo() else { return say(.info, "nothing to do again") }
    changed()
    say(.info, "done again: \(title)")
  }

  // MARK: Plans and generation

  private mutating func adopt(_ plan: PlanState) {
    guard plan.revision >= state.plan.revision else { return }
    let count = state.plan.count
    state.plan = plan
    state.plan.count = count + 1
    if state.draft == nil { state.rebuild() }
  }

  private mutating func progress(_ phase: String, _ done: Int, _ total: Int) {
    guard state.generating?.isFinished == false else { return }
    state.generating?.phase = phase
    state.generating?.done = done
    state.generating?.total = total
  }

  private mutating func finish(_ result: GenerateState, _ path: String?) {
    state.generating = result
    if !result.hasFailed, let path, let session = state.session {
      state.session?.path = session.path ?? path
      if session.path == nil || session.path == path {
        state.session?.savedBytes = session.document.source.bytes
        ask(.forgetDraft)
      }
    }
    askForPlan()
    state.rebuild()
  }

  // MARK: Files

  private mutating func saved(_ path: String, _ bytes: [UInt8]) {
    state.session?.path = path
    state.session?.savedBytes = bytes
    say(.info, "saved \(path)")
    askForPlan()
    state.rebuild()
  }

  private mutating func changedOutside(_ bytes: [UInt8]) {
    guard let session = state.session, session.savedBytes != bytes else { return }
    if !session.isUnsaved || session.document.source.bytes == bytes {
      state.session?.savedBytes = bytes
      edited(bytes, title: "read again from the disk")
      say(.info, "\(session.title) was changed outside and read again")
      return
    }
    guard let base = session.savedBytes,
      let merged = LineMerge.merged(base: base, session.document.source.bytes, bytes)
    else {
      return askAboutChange(bytes)
    }
    state.session?.savedBytes = bytes
    edited(merged, title: "merged with a change outside")
    say(.info, "\(session.title) was changed outside; both changes are here now")
  }

  private mutating func askAboutChange(_ bytes: [UInt8]) {
    let isAsked = state.overlays.contains { overlay in
      if case .confirm(let confirm) = overlay, case .changedOutside = confirm.purpose {
        return true
      }
      return false
    }
    guard !isAsked else { return }
    state.overlays.append(
      .confirm(
        Confirm(
          purpose: .changedOutside(bytes), title: "The file was changed outside",
          lines: ["The same lines were changed here and on the disk."],
          options: ["keep mine", "take the disk's"])))
  }
}
