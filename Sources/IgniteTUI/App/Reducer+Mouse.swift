extension Reducer {
  /// Takes what the mouse did: it goes where a key would have gone.
  mutating func take(_ mouse: MouseEvent) {
    guard state.overlays.isEmpty else { return takeOverOverlay(mouse) }
    let layout = ScreenView.layout(of: state, state.size)
    if drag(mouse, layout) { return }
    if mouse.kind == .press, pressed(mouse.point, layout) { return }
    if layout.form?.contains(mouse.point) == true { return takeOverForm(mouse, layout) }
    guard let (pane, area) = layout.pane(at: mouse.point), mouse.kind != .release else { return }
    state.refresh(pane)
    if mouse.kind == .press { focus(on: pane) }
    serve(state.panes.handle(mouse, in: pane, at: area) ?? [])
  }

  private mutating func takeOverOverlay(_ mouse: MouseEvent) {
    switch mouse.kind {
    case .wheelUp: takeInOverlay(Key(.up))
    case .wheelDown: takeInOverlay(Key(.down))
    case .press: choose(at: mouse.point)
    case .release, .drag: break
    }
  }

  /// Chooses the row of a list or the answer of a question that is drawn at a place.
  private mutating func choose(at point: Point) {
    let area = ScreenView.overlayArea(state.size)
    switch state.overlays.last {
    case .picker(var picker)?:
      guard let place = PickerView(picker: picker).place(at: point, in: area) else { return }
      picker.highlighted = place
      replaceOverlay(.picker(picker))
      takeInOverlay(picker.isMultiple ? Key(" ") : Key(.enter))
    case .confirm(var confirm)?:
      let option = ConfirmView(confirm: confirm).option(at: point, in: area)
      guard let option else { return }
      confirm.highlighted = option
      replaceOverlay(.confirm(confirm))
      takeInOverlay(Key(.enter))
    case .prompt?, .help?, .explain?, nil: break
    }
  }

  /// Moves the line between two columns; false when none is held.
  private mutating func drag(_ mouse: MouseEvent, _ layout: ScreenLayout) -> Bool {
    switch mouse.kind {
    case .press: state.panes.held = layout.splitter(at: mouse.point)
    case .drag:
      guard let held = state.panes.held, layout.splitters.indices.contains(held) else {
        return false
      }
      let distance = mouse.point.x - layout.splitters[held].x
      if held == 0 {
        state.panes.shifts.first += distance
      } else {
        state.panes.shifts.second += distance
      }
    case .release: state.panes.held = nil
    case .wheelUp, .wheelDown: return false
    }
    return state.panes.held != nil
  }

  /// Opens the pane or the step whose name is at a place; false when there is none.
  private mutating func pressed(_ point: Point, _ layout: ScreenLayout) -> Bool {
    let view = ScreenView(state: state, layout: layout)
    if let tab = view.tab(at: point) {
      endDraft()
      if case .pane(let pane) = tab { focus(on: pane) } else { state.focus = .form }
      return true
    }
    if let step = view.step(at: point) {
      open(.step(step))
      return true
    }
    return false
  }

  private mutating func focus(on pane: PaneID) {
    endDraft()
    state.visiblePane = pane
    state.focus = .pane(pane)
  }

  private mutating func takeOverForm(_ mouse: MouseEvent, _ layout: ScreenLayout) {
    switch mouse.kind {
    case .wheelUp: if state.draft == nil { move(by: -1) }
    case .wheelDown: if state.draft == nil { move(by: 1) }
    case .press:
      let row = ScreenView(state: state, layout: layout).formRow(at: mouse.point)
      endDraft()
      state.focus = .form
      guard let row else { return }
      if state.cursor == row { return run(.activate) }
      state.cursor = row
    case .release, .drag: break
    }
  }
}
