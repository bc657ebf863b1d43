import IgniteGenerator
import IgniteModel
import IgniteSyntax

extension Reducer {
  /// Gives a key to a pane; false when the pane does not know it.
  mutating func takeInPane(_ pane: PaneID, _ key: Key) -> Bool {
    // What works everywhere works in a pane too, but text goes to the text.
    if key.modifiers.contains(.alt) || isEverywhere(key) { return false }
    state.refresh(pane)
    guard let requests = state.panes.handle(key, in: pane) else { return false }
    serve(requests)
    return true
  }

  private func isEverywhere(_ key: Key) -> Bool {
    switch key.code {
    case .function: true
    case .character: key.modifiers.contains(.control) && !isSourceKey(key)
    default: false
    }
  }

  /// Keys with control that edit the source as they edit any line.
  private func isSourceKey(_ key: Key) -> Bool {
    guard state.focus == .pane(.source) else { return false }
    return state.keyMap.command(for: key, isTyping: true) == nil
  }

  /// Gives a paste to the pane that has the focus.
  mutating func pasteIntoPane(_ text: String) {
    guard case .pane(let pane) = state.focus else { return }
    state.refresh(pane)
    serve(state.panes.paste(text, in: pane) ?? [])
  }

  mutating func serve(_ requests: [PaneRequest]) {
    for request in requests { serve(request) }
  }

  private mutating func serve(_ request: PaneRequest) {
    switch request {
    case .goTo(let path): goTo(path)
    case .goToService(let name): goToService(name)
    case .goToSpan(let span): goTo(span)
    case .apply(let title, let edits): apply(edits, title)
    case .replaceText(let range, let text): replaceText(range, text)
    case .resolveConflict(let path, let choice): settle(path, choice.rawValue)
    case .explain(let code): explain(code)
    case .copy(let text):
      ask(.copy(text))
      say(.info, "copied")
    case .undo(let position): travel(to: position)
    case .openEditor: openEditor()
    case .close: state.focus = .form
    }
  }

  private mutating func goToService(_ name: String) {
    let service = state.analysis.architecture.services.first { $0.name.value == name }
    if let service { goTo(service.path) }
  }

  private mutating func goTo(_ span: Span) {
    if let path = state.analysis.document.root.path(around: span.start) {
      goTo(path)
    } else {
      show(source: span)
    }
  }

  /// Shows a place of the text.
  mutating func show(source span: Span) {
    state.visiblePane = .source
    state.focus = .pane(.source)
    state.refresh(.source)
    state.panes.source.move(to: span.start)
  }

  private mutating func replaceText(_ range: Range<Int>, _ text: String) {
    guard let bytes = state.session?.document.source.bytes, range.upperBound <= bytes.count else {
      return
    }
    let line = state.analysis.document.source.lineIndex(at: range.lowerBound) + 1
    let next = Array(bytes[..<range.lowerBound]) + Array(text.utf8) + bytes[range.upperBound...]
    edited(next, title: "edit line \(line)", joining: "source \(line)")
    state.refresh(.source)
  }

  private mutating func explain(_ code: Diagnostic.Code) {
    let text = state.surroundings.explanation(code.description)
    guard let text else { return say(.info, "there is no more to say of \(code)") }
    state.overlays.append(.explain(Explanation(title: code.description, text: text)))
  }

  /// Goes back or forward in the history.
  private mutating func travel(to position: Int) {
    guard let session = state.session else { return }
    let steps = position - session.history.position
    for _ in 0..<abs(steps) { if steps < 0 { undo() } else { redo() } }
  }
}

extension AppState {
  /// Brings the panes that can be seen up to the text.
  mutating func refreshPanes() {
    guard session != nil else { return }
    refresh(visiblePane)
    if case .pane(let pane) = focus { refresh(pane) }
    for (pane, _) in ScreenView.layout(of: self, size).panes { refresh(pane) }
  }

  /// Brings one pane up to the text, if it shows an older one.
  mutating func refresh(_ pane: PaneID) {
    let revision =
      switch pane {
      case .files: plan.count
      case .problems: analysis.stamp + plan.count
      case .graph: analysis.judgedRevision
      case .source: analysis.stamp
      case .history: session?.revision ?? 0
      }
    guard shown[pane] != revision else { return }
    shown[pane] = revision
    switch pane {
    case .graph: showGraph()
    case .files: if let changes = plan.changeSet { panes.files.show(changes) }
    case .source: panes.source.show(analysis.document.source, analysis.diagnostics)
    case .problems: panes.problems.show(findings.all, in: analysis.document.source)
    case .history:
      let history = session?.history ?? History()
      panes.history.show(history.entries.map(\.title), position: history.position)
    }
  }

  private mutating func showGraph() {
    let architecture = analysis.architecture
    panes.graph.show(analysis.graph)
    if case .table(let path) = route, let index = path.serviceIndex,
      let service = architecture.services.first(where: { $0.path == .service(index) })
    {
      panes.graph.select(service.name.value)
    }
  }
}
