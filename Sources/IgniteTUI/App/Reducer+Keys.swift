import IgniteModel
import IgniteSyntax

extension Reducer {
  mutating func take(_ key: Key) {
    if !state.overlays.isEmpty { return takeInOverlay(key) }
    if state.draft != nil { return takeInDraft(key) }
    if case .pane(let pane) = state.focus, takeInPane(pane, key) { return }
    guard let command = state.keyMap.command(for: key, isTyping: state.isTyping) else { return }
    state.message = nil
    run(command)
  }

  mutating func run(_ command: Command) {
    switch command {
    case .up: move(by: -1)
    case .down: move(by: 1)
    case .pageUp: move(by: -10)
    case .pageDown: move(by: 10)
    case .first: move(by: -state.form.rows.count)
    case .last: move(by: state.form.rows.count)
    case .activate: activate()
    case .back: back()
    case .nextPane, .previousPane: switchPane()
    case .nextStep: changeStep(by: 1)
    case .previousStep: changeStep(by: -1)
    case .pane1: state.focus = .form
    case .pane2: show(.graph)
    case .pane3: show(.files)
    case .pane4: show(.source)
    case .pane5: show(.problems)
    case .pane6: show(.history)
    default: runOnConfig(command)
    }
  }

  private mutating func runOnConfig(_ command: Command) {
    switch command {
    case .undo: undo()
    case .redo: redo()
    case .add: add()
    case .remove: remove()
    case .rename: rename()
    case .duplicate: duplicate()
    case .moveUp: reorder(by: -1)
    case .moveDown: reorder(by: 1)
    case .reset: reset()
    case .fix: applyFix()
    case .nextProblem: goToNextProblem()
    case .explain: explain()
    case .open: openAnother()
    case .save: save()
    case .generate: open(.step(.generate))
    default: runOnProgram(command)
    }
  }

  private mutating func runOnProgram(_ command: Command) {
    switch command {
    case .palette: openPalette()
    case .search: openSearch()
    case .help: openHelp()
    case .redraw: ask(.redraw)
    case .quit, .ask: quit()
    case .suspend: ask(.suspend)
    case .theme: openThemes()
    case .toggleMouse: toggleMouse()
    case .editor: openEditor()
    case .copyPath: copyPath()
    default: break
    }
  }

  /// Help is open once at most.
  mutating func openHelp() {
    if case .help? = state.overlays.last { return }
    state.overlays.append(.help(HelpState()))
  }

  // MARK: Moving

  mutating func move(by distance: Int) {
    let stops = state.form.stops
    guard let place = stops.firstIndex(where: { $0 >= state.cursor }) else { return }
    state.cursor = stops[min(max(place + distance, 0), stops.count - 1)]
  }

  /// Goes to a page; steps replace each other, tables lie on the step they belong to.
  mutating func open(_ route: Route) {
    guard state.session != nil || route == .start else {
      return say(.info, "choose what to start from first")
    }
    endDraft()
    remember()
    // What was written was told on the page that is left.
    if state.route == .step(.generate), state.generating?.isFinished == true {
      state.generating = nil
    }
    switch route {
    case .start: state.trail = [.start]
    case .step: state.trail = [.start, route]
    case .table: state.trail.append(route)
    }
    state.focus = .form
    arrive()
  }

  private mutating func remember() {
    state.places[state.route] = state.form.rows[safe: state.cursor]?.id
  }

  private mutating func arrive() {
    state.cursor = 0
    state.form = Form()
    state.rebuild()
    if case .table(let path) = state.route, let index = path.serviceIndex,
      let name = state.builder.written(.service(index))?.name
    {
      state.panes.graph.select(name)
    }
    let known = state.places[state.route].flatMap { state.form.row($0) }
    state.cursor = known ?? state.form.stops.first ?? 0
  }

  /// Closes one level; the first page stays.
  mutating func back() {
    if case .pane = state.focus {
      state.focus = .form
      return
    }
    guard state.trail.count > 2 else {
      return say(.info, "this is the first page; \(hint(.quit)) quits, \(hint(.palette)) leads on")
    }
    remember()
    state.trail.removeLast()
    arrive()
  }

  func hint(_ command: Command) -> String {
    state.keyMap.key(for: command)?.shown ?? state.keyMap.title(of: command)
  }

  private mutating func changeStep(by distance: Int) {
    guard let step = state.step ?? (state.session == nil ? nil : WizardStep.all[0]) else {
      return say(.info, "choose what to start from first")
    }
    guard let target = distance > 0 ? step.next : step.previous else { return }
    open(.step(target.id))
  }

  private mutating func show(_ pane: PaneID) {
    guard state.session != nil else { return say(.info, "choose what to start from first") }
    endDraft()
    if pane == .source, state.focus == .form { followField() }
    state.visiblePane = pane
    state.focus = .pane(pane)
  }

  /// Brings the source to the field that one comes from.
  private mutating func followField() {
    guard let path = state.field?.path, let area = state.analysis.area(of: path) else { return }
    state.refresh(.source)
    state.panes.source.move(to: area.lowerBound)
  }

  private mutating func switchPane() {
    endDraft()
    state.focus = state.focus == .form ? .pane(state.visiblePane) : .form
  }

  // MARK: The form

  mutating func activate() {
    if state.isTellingOfGeneration {
      // The page comes back with what would be written now.
      if state.generating?.isFinished == true { state.generating = nil }
      return
    }
    switch state.form.rows[safe: state.cursor] {
    case .field(let field)?: answer(field)
    case .button(let button)?: press(button)
    default: break
    }
  }

  private mutating func press(_ button: FormButton) {
    if let reason = button.whyNot { return say(.warning, reason) }
    switch button.deed {
    case .open(let route): open(route)
    case .addService: addService()
    case .addElement(let path): promptForElement(path)
    case .addMember(let path): promptForMember(path)
    case .startEmpty: startEmpty()
    case .startFrom(let id): startFrom(id)
    case .openFile(let path): ask(.open(path))
    case .askForFile: askForFile()
    case .resume(let id): ask(.resume(id))
    case .apply(let title, let edits): apply(edits, title)
    case .generate: generate()
    case .save: save()
    }
  }

  private mutating func answer(_ field: FormField) {
    switch field.control {
    case .toggle: toggle(field)
    case .choice(let choices, let allowsNew):
      openPicker(field, choices, isMultiple: false, allowsNew: allowsNew)
    case .choices(let choices, let allowsNew):
      openPicker(field, choices, isMultiple: true, allowsNew: allowsNew)
    case .list: say(.info, "this list is edited in the source (\(hint(.pane4)))")
    case .text, .number: startDraft(field)
    }
  }

  private mutating func toggle(_ field: FormField) {
    let isOn = (field.value ?? effective(field)) == .boolean(true)
    set(field.path, .boolean(!isOn))
  }

  private func effective(_ field: FormField) -> ConfigValue? {
    field.valueText == "yes" ? .boolean(true) : .boolean(false)
  }

  /// Gives a key a value.
  mutating func set(_ path: ConfigPath, _ value: ConfigValue, joining: String? = nil) {
    apply([.set(path, value)], "set \(named(path)) to \(value.line)", joining: joining)
  }

  /// A path as a person says it: services by name.
  func named(_ path: ConfigPath) -> String {
    guard let index = path.serviceIndex,
      let name = state.builder.written(.service(index))?.name
    else { return path.description }
    let rest = path.dropping(2).description
    return rest.isEmpty ? name : "\(name).\(rest)"
  }

  private mutating func reset() {
    guard let field = state.field, field.value != nil else { return }
    guard !field.isRequired else { return say(.info, "\(field.label) must be there") }
    apply([.remove(field.path)], "take \(named(field.path)) back to its default")
  }

  // MARK: Typing

  private mutating func startDraft(_ field: FormField) {
    state.draft = TextDraft(field.value?.line ?? field.defaultText ?? "")
    state.wasWrong = !field.problems.isEmpty
    state.textBeforeDraft = state.session?.document.source.bytes
    state.session?.closeEntry()
  }

  private mutating func takeInDraft(_ key: Key) {
    switch key {
    case Key(.enter): return finishDraft(thenMove: 1)
    case Key(.tab), Key(.down): return finishDraft(thenMove: 1)
    case Key(.tab, .shift), Key(.up): return finishDraft(thenMove: -1)
    case Key(.escape): return cancelDraft()
    default: break
    }
    if state.draft?.handle(key) == true { return draftChanged() }
    guard let command = state.keyMap.command(for: key, isTyping: true) else { return }
    endDraft()
    run(command)
  }

  /// Every letter is an edit of the text, so that all panes follow; names wait until they are whole,
  /// because other places follow them.
  private mutating func draftChanged() {
    guard let field = state.field, let text = state.draft?.text, !isMentioned(field.path) else {
      return
    }
    write(text, to: field)
  }

  private mutating func write(_ text: String, to field: FormField) {
    let joining = "\(field.path)"
    if text.isEmpty {
      let written = state.session?.document.root.node(at: field.path)
      guard written != nil, !field.isRequired else {
        if field.isRequired { set(field.path, .string(""), joining: joining) }
        return
      }
      apply([.remove(field.path)], "empty \(named(field.path))", joining: joining)
    } else {
      set(field.path, value(of: text, for: field), joining: joining)
    }
  }

  /// What is typed, as the key wants it; half a number stays a text until it is one.
  private func value(of text: String, for field: FormField) -> ConfigValue {
    guard case .number = field.control else { return .string(text) }
    let plain = text.filter { $0 != "_" && $0 != " " }
    if let number = Int64(plain) { return .integer(number) }
    if let number = Double(plain), number.isFinite { return .float(number) }
    return .string(text)
  }

  /// Whether the field is the name of a service or an entity.
  private func isMentioned(_ path: ConfigPath) -> Bool {
    guard path.serviceIndex != nil, path.last == .key("name") else { return false }
    return path.components.count == 3 || isEntity(path.parent)
  }

  private mutating func finishDraft(thenMove distance: Int) {
    endDraft()
    move(by: distance)
  }

  /// Keeps what was typed.
  mutating func endDraft() {
    guard let draft = state.draft else { return }
    if let field = state.field, isMentioned(field.path), field.value != .string(draft.text) {
      renamePart(at: field.path.parent, to: draft.text)
    }
    state.draft = nil
    state.textBeforeDraft = nil
    state.session?.closeEntry()
    state.rebuild()
  }

  /// Goes back to the text before the typing.
  private mutating func cancelDraft() {
    if let before = state.textBeforeDraft, let field = state.field,
      before != state.session?.document.source.bytes
    {
      edited(before, title: "leave \(named(field.path))", joining: "\(field.path)")
    }
    state.draft = nil
    state.textBeforeDraft = nil
    state.session?.closeEntry()
    state.rebuild()
  }

  // MARK: Pastes

  mutating func paste(_ text: String) {
    switch state.overlays.last {
    case .picker(var picker)?:
      picker.filter.insert(text)
      picker.highlighted = 0
      replaceOverlay(.picker(picker))
    case .prompt(var prompt)?:
      prompt.draft.insert(text)
      prompt.problem = problem(of: prompt)
      replaceOverlay(.prompt(prompt))
    case .confirm?, .help?, .explain?: break
    case nil:
      guard state.draft != nil else { return pasteIntoPane(text) }
      state.draft?.insert(text)
      draftChanged()
    }
  }

  mutating func replaceOverlay(_ overlay: Overlay) {
    guard !state.overlays.isEmpty else { return }
    state.overlays[state.overlays.count - 1] = overlay
  }
}

extension Key {
  /// The key as a key bar shows it: `Ctrl-S`, `Alt-1`, `F10`, `?`.
  var shown: String {
    let parts = description.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count > 1, description.count > 1 else {
      return description.count > 1 ? Self.capitalized(description) : description
    }
    return parts.map { Self.capitalized(String($0)) }.joined(separator: "-")
  }

  private static func capitalized(_ word: String) -> String {
    if word == "escape" { return "Esc" }
    return word.prefix(1).uppercased() + word.dropFirst()
  }
}
