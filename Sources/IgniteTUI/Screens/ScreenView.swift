import IgniteCatalog
import IgniteModel
import IgniteSyntax

/// The whole frame.
struct ScreenView {
  /// Draws a state; what is remembered of the last frame are the places in longer lists.
  static func draw(_ state: inout AppState, on surface: inout Surface) {
    guard surface.size.width >= ScreenLayout.least.width,
      surface.size.height >= ScreenLayout.least.height
    else { return drawTooSmall(on: &surface) }
    state.panes.follow(state.visiblePane, width: surface.size.width)
    let layout = layout(of: state, surface.size)
    for pane in layout.panes { state.refresh(pane.id) }
    if state.focus == .form, let service = state.service { state.panes.graph.select(service) }
    if state.panes.stepProblems.stamp != state.analysis.stamp {
      state.panes.stepProblems = StepProblems(state.analysis)
    }
    var panes = state.panes
    let screen = ScreenView(state: state, layout: layout)
    screen.draw(on: &surface, &panes)
    state.panes = panes
  }

  /// Which part of the screen shows what, as `draw` does it.
  static func layout(of state: AppState, _ size: Size) -> ScreenLayout {
    ScreenLayout(
      size, focus: state.focus, main: state.panes.main, hasPanes: state.session != nil,
      shifts: state.panes.shifts)
  }

  /// Where what lies over the page is drawn.
  static func overlayArea(_ size: Size) -> Rect {
    Rect(x: 0, y: 1, width: size.width, height: max(size.height - 2, 0))
  }

  private static func drawTooSmall(on surface: inout Surface) {
    let size = surface.size
    let lines = [
      "\(size.width) x \(size.height) is too small.",
      "From \(ScreenLayout.least.width) x \(ScreenLayout.least.height) on", "the wizard is back;",
      "nothing is lost.",
    ]
    let area = surface.bounds.centered(Size(width: 28, height: min(lines.count, size.height)))
    for (number, line) in lines.prefix(area.height).enumerated() {
      surface.write(
        line, at: area.row(number).origin, role: number == 0 ? .title : .muted, in: area)
    }
  }

  let state: AppState
  let layout: ScreenLayout

  private func draw(on surface: inout Surface, _ panes: inout Panes) {
    drawHeader(on: &surface)
    drawTabs(on: &surface, panes)
    if let area = layout.steps { StepList(steps: steps).draw(in: area, on: &surface) }
    if let area = layout.form { drawPage(in: area, on: &surface, &panes) }
    for splitter in layout.splitters {
      surface.verticalLine(from: splitter.origin, height: splitter.height)
    }
    drawPanes(on: &surface, &panes)
    drawMessage(on: &surface)
    drawKeys(on: &surface, panes)
    for overlay in state.overlays { draw(overlay, on: &surface, panes) }
  }

  // MARK: Where one is

  private func drawHeader(on surface: inout Surface) {
    let line = layout.header
    let glyphs = surface.glyphs
    surface.fill(line, role: .statusBar)
    let tail = state.session.map { self.tail($0, width: line.width / 2, glyphs) } ?? ""
    let (left, right) = line.split(right: TextWidth.of(tail))
    let trail = state.trail.filter { $0 != .start }.map { state.title(of: $0) }
    let platform = state.session == nil ? [] : [state.analysis.architecture.name.value]
    let path = (platform + trail).joined(separator: " \(glyphs.pointer) ")
    let used = surface.write(" allframe", at: left.origin, role: .statusBar, in: left)
    surface.mark(.strong, in: Rect(x: left.x, y: left.y, width: used, height: 1))
    surface.write(path, at: Point(x: left.x + used + 2, y: left.y), role: .statusBar, in: left)
    surface.write(tail, at: right.origin, role: .statusBar, in: right)
  }

  /// Which file it is and whether it is saved; of a long path the end is seen.
  private func tail(_ session: Session, width: Int, _ glyphs: GlyphSet) -> String {
    let mark = unsaved(glyphs)
    let room = max(width - TextWidth.of(mark) - 3, 8)
    var name = VisibleText.line(session.path ?? "new")[...]
    guard TextWidth.of(String(name)) > room else { return " \(name) \(mark) " }
    while TextWidth.of(String(name)) > room - 1, !name.isEmpty { name.removeFirst() }
    return " \(glyphs.ellipsis)\(name) \(mark) "
  }

  private func unsaved(_ glyphs: GlyphSet) -> String {
    state.isUnsaved ? "\(glyphs.bullet) unsaved" : "\(glyphs.check) saved"
  }

  private func drawTabs(on surface: inout Surface, _ panes: Panes) {
    guard state.session != nil else { return }
    surface.fill(layout.tabs, role: .tab)
    Tabs(tabs: tabs(surface.glyphs)).draw(in: layout.tabs, on: &surface)
  }

  private func tabs(_ glyphs: GlyphSet) -> [Tabs.Tab] {
    let form = Tabs.Tab(title: "1 Form", isActive: state.focus == .form)
    return [form]
      + PaneID.allCases.enumerated().map { number, pane in
        var tab = Tabs.Tab(
          title: "\(number + 2) \(pane.title)", isActive: state.focus == .pane(pane))
        if pane == .problems {
          let findings = state.findings
          let (errors, warnings) = (findings.errorCount, findings.warningCount)
          tab.badge = [
            errors > 0 ? "\(glyphs.ballot)\(errors)" : "", warnings > 0 ? "!\(warnings)" : "",
          ].filter { !$0.isEmpty }.joined(separator: " ")
          tab.badgeRole = errors > 0 ? .error : .warning
        }
        return tab
      }
  }

  /// The pane or the form whose name is at a place, for the mouse.
  func tab(at point: Point) -> Focus? {
    guard layout.tabs.contains(point) else { return nil }
    var surface = Surface(width: layout.tabs.width, height: 1)
    let ranges = Tabs(tabs: tabs(surface.glyphs))
      .draw(in: surface.bounds, on: &surface)
    guard let number = ranges.firstIndex(where: { $0.contains(point.x) }) else { return nil }
    return number == 0 ? .form : .pane(PaneID.allCases[number - 1])
  }

  /// The step whose name is at a place, for the mouse.
  func step(at point: Point) -> WizardStep.ID? {
    guard let area = layout.steps, area.contains(point) else { return nil }
    let number = point.y - StepList.firstRow(in: area, count: WizardStep.all.count)
    return WizardStep.all.indices.contains(number) ? WizardStep.all[number].id : nil
  }

  /// The row of the form at a place, for the mouse.
  func formRow(at point: Point) -> Int? {
    guard let area = layout.form, area.contains(point) else { return nil }
    return page(in: area).row(
      at: point.y, in: pageArea(in: area), scroll: state.panes.form)
  }

  private func page(in area: Rect) -> FormView {
    FormView(
      form: state.form, cursor: state.cursor, draft: state.draft, wasWrong: state.wasWrong,
      isFocused: state.focus == .form && state.overlays.isEmpty)
  }

  private var steps: [StepList.Step] {
    let current = state.step?.id
    return WizardStep.all.map { step in
      StepList.Step(
        title: step.title, isCurrent: step.id == current,
        problems: state.panes.stepProblems.counts[step.id] ?? 0)
    }
  }

  // MARK: The page and the panes

  private func drawPage(in area: Rect, on surface: inout Surface, _ panes: inout Panes) {
    if let generating = state.generating, state.isTellingOfGeneration {
      return GenerateView(state: generating).draw(in: area, on: &surface)
    }
    var page = area
    if state.session == nil { page = drawPreview(beside: area, on: &surface, &panes) }
    self.page(in: page).draw(in: page, on: &surface, scroll: &panes.form)
  }

  /// The starter under the cursor, before there is a config.
  private var starter: String? {
    guard state.session == nil, case .button(let button)? = state.form.rows[safe: state.cursor],
      case .startFrom(let id) = button.deed
    else { return nil }
    return id
  }

  /// The part of an area in which the page of questions is drawn.
  private func pageArea(in area: Rect) -> Rect {
    if state.session != nil { return area }
    if area.width >= ScreenLayout.widths.two { return area.split(left: area.width / 2).left }
    return starter == nil || area.height < 20 ? area : area.split(bottom: area.height / 2).top
  }

  /// What the chosen starter consists of stands beside the list or below it.
  private func drawPreview(
    beside area: Rect, on surface: inout Surface, _ panes: inout Panes
  ) -> Rect {
    let page = pageArea(in: area)
    guard let starter, page != area else { return page }
    if panes.preview?.id != starter {
      panes.preview = state.surroundings.catalog.starters.first { $0.id == starter }
        .map { StarterPreview($0, loader: state.surroundings.loader) }
    }
    let isBeside = page.width < area.width
    let picture =
      isBeside
      ? area.split(left: page.width).right : area.split(top: page.height).bottom
    if isBeside {
      surface.verticalLine(from: picture.origin, height: picture.height)
    } else {
      surface.horizontalLine(from: picture.origin, width: picture.width)
    }
    panes.preview?.draw(in: picture.inset(x: 1, y: 1), on: &surface)
    return page
  }

  private func drawPanes(on surface: inout Surface, _ panes: inout Panes) {
    for (number, pane) in layout.panes.enumerated() {
      if number == 2 {
        let line = Rect(
          x: pane.area.x, y: pane.area.y - 1, width: pane.area.width, height: 1)
        surface.horizontalLine(from: line.origin, width: line.width)
        surface.write(
          " \(pane.id.title) ", at: Point(x: line.x + 1, y: line.y), role: .heading, in: line)
      }
      panes.draw(
        pane.id, in: pane.area, on: &surface,
        isFocused: state.focus == .pane(pane.id) && state.overlays.isEmpty)
    }
  }

  // MARK: The last two lines

  private func drawMessage(on surface: inout Surface) {
    guard let message = state.message else { return }
    let role: Role =
      switch message.kind {
      case .info: .info
      case .warning: .warning
      case .error: .error
      }
    surface.write(
      message.text, at: Point(x: layout.message.x + 1, y: layout.message.y), role: role,
      in: layout.message)
  }

  private func drawKeys(on surface: inout Surface, _ panes: Panes) {
    let hints = Hints(state: state)
    KeyBar(hints: hints.here, last: hints.always).draw(in: layout.keys, on: &surface)
  }

  private func draw(_ overlay: Overlay, on surface: inout Surface, _ panes: Panes) {
    surface.cursor = nil
    let area = Self.overlayArea(surface.size)
    switch overlay {
    case .picker(let picker): PickerView(picker: picker).draw(in: area, on: &surface)
    case .prompt(let prompt): PromptView(prompt: prompt).draw(in: area, on: &surface)
    case .confirm(let confirm): ConfirmView(confirm: confirm).draw(in: area, on: &surface)
    case .help(let help):
      HelpView(sections: Hints(state: state).sections, scroll: help.scroll)
        .draw(in: area, on: &surface)
    case .explain(let explanation):
      TextView(title: explanation.title, text: explanation.text, scroll: explanation.scroll)
        .draw(in: area, on: &surface)
    }
  }
}

extension PaneID {
  /// How it is called.
  var title: String {
    switch self {
    case .graph: "Graph"
    case .files: "Files"
    case .source: "Source"
    case .problems: "Problems"
    case .history: "History"
    }
  }
}
