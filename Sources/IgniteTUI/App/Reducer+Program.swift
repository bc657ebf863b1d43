import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax

extension Reducer {
  // MARK: Starting

  mutating func startEmpty(named name: String = "my-platform") {
    let source = Source(name: "architecture.toml", text: "[architecture]\nname = \"my-platform\"\n")
    let path = ConfigPath([.key("architecture"), .key("name")])
    let document = Document.parse(source, format: .toml)
    guard case .edited(let named) = document.applying(.set(path, .string(name))) else { return }
    take(.open(named, path: nil, savedBytes: nil, route: .step(.platform)))
  }

  mutating func startFrom(_ id: String) {
    guard let starter = state.surroundings.catalog.starter(id) else { return }
    let source = Source(name: "architecture.toml", bytes: starter.architecture.bytes)
    take(
      .open(
        Document.parse(source, format: .toml), path: nil, savedBytes: nil, route: .step(.platform)))
  }

  mutating func askForFile() {
    state.overlays.append(
      .prompt(
        Prompt(
          purpose: .openFile, title: "Which file?",
          help: "An architecture.toml or .yaml; Tab completes the path, ~ is your home.",
          draft: TextDraft("architecture.toml"))))
  }

  // MARK: Saving and leaving

  mutating func save() {
    guard let session = state.session else { return say(.info, "there is nothing to save yet") }
    endDraft()
    if let path = session.path { ask(.save(path)) } else { promptForPath(then: nil) }
  }

  private mutating func promptForPath(then next: Effect?) {
    state.overlays.append(
      .prompt(
        Prompt(
          purpose: .saveAs(then: next), title: "Save as",
          help: "Where the config is kept; Tab completes the path.",
          draft: TextDraft("architecture.toml"))))
  }

  mutating func quit() {
    endDraft()
    guard state.isUnsaved, state.session != nil else {
      ask(.forgetDraft)
      return ask(.quit)
    }
    let isAsked = state.overlays.contains { overlay in
      if case .confirm(let confirm) = overlay { return confirm.purpose == .quit }
      return false
    }
    guard !isAsked else { return }
    state.overlays.append(
      .confirm(
        Confirm(
          purpose: .quit, title: "Leave with unsaved changes?",
          lines: ["The draft can be resumed next time."],
          options: ["save and leave", "leave, keep the draft", "leave, forget the changes", "stay"])
      ))
  }

  mutating func decideToQuit(_ choice: Int) {
    switch choice {
    case 0:
      guard let path = state.session?.path else { return promptForPath(then: .quit) }
      ask(.save(path))
      ask(.quit)
    case 1: ask(.quit)
    case 2:
      ask(.forgetDraft)
      ask(.quit)
    default: break
    }
  }

  // MARK: Another text

  /// Back to the page with what can be started from; what is unsaved is asked about first.
  mutating func openAnother() {
    endDraft()
    guard state.session != nil else { return say(.info, "choose what to start from") }
    guard state.isUnsaved else { return ask(.close) }
    state.overlays.append(
      .confirm(
        Confirm(
          purpose: .close, title: "Open another with unsaved changes here?",
          lines: ["A draft that is kept can be resumed from the first page."],
          options: ["save and go", "go, keep the draft", "go, forget the changes", "stay"])))
  }

  mutating func decideToClose(_ choice: Int) {
    switch choice {
    case 0:
      guard let path = state.session?.path else { return promptForPath(then: .close) }
      ask(.save(path))
      ask(.close)
    case 1:
      ask(.keepDraft)
      ask(.close)
    case 2:
      ask(.forgetDraft)
      ask(.close)
    default: break
    }
  }

  /// Asks about what a run that did not end well left of the file that was opened.
  mutating func offer(draft id: String, _ changes: Int) {
    let count = changes == 1 ? "1 change" : "\(changes) changes"
    state.overlays.append(
      .confirm(
        Confirm(
          purpose: .resume(id), title: "Resume the draft of this file?",
          lines: ["\(count) of an earlier run were never saved."],
          options: ["resume the draft", "keep it for later", "forget it"])))
  }

  mutating func decide(about draft: String, _ choice: Int) {
    if choice == 0 { ask(.resume(draft)) }
    if choice == 2 { ask(.removeDraft(draft)) }
  }

  mutating func decide(about bytes: [UInt8], takesDisk: Bool) {
    state.session?.savedBytes = bytes
    if takesDisk { edited(bytes, title: "take the text from the disk") }
  }

  // MARK: Generating

  mutating func generate() {
    guard state.session != nil else { return }
    if state.generating?.isFinished == false { return }
    let errors = state.findings.errorCount
    guard errors == 0 else {
      let count = errors == 1 ? "1 error" : "\(errors) errors"
      return say(.error, "\(count) must be mended first")
    }
    if state.plan.changeSet?.openConflicts.isEmpty == false {
      state.overlays.append(
        .confirm(
          Confirm(
            purpose: .generate, title: "Some files are in conflict",
            lines: ["They stay as they are unless you decide otherwise in the files (Alt-3)."],
            options: ["write the others", "not yet"])))
    } else {
      startGenerating()
    }
  }

  mutating func startGenerating() {
    state.generating = GenerateState(phase: "working out the files")
    ask(.generate)
  }

  /// Decides what becomes of one file in conflict.
  mutating func settle(_ path: String, _ choice: String) {
    state.conflictChoices[path] = ConflictResolution(rawValue: choice)
    askForPlan()
  }

  // MARK: Problems

  /// The problem of the field under the cursor, else the first there is.
  private var problem: Diagnostic? {
    state.field?.problems.first ?? state.findings.all.first
  }

  mutating func applyFix() {
    guard let problem else { return say(.info, "there is no problem") }
    guard let fix = problem.fixes.first else {
      return say(.info, "nothing can be done by itself: \(problem.message)")
    }
    if apply(fix.edits, fix.title) { say(.info, fix.title) }
  }

  mutating func explain() {
    guard let problem else { return say(.info, "there is no problem") }
    let code = problem.code.description
    state.overlays.append(
      .explain(
        Explanation(
          title: problem.message,
          text: state.surroundings.explanation(code) ?? problem.notes.joined(separator: "\n"))))
  }

  /// Leads to the problem behind the one under the cursor, round and round.
  mutating func goToNextProblem() {
    let problems = state.findings.all
    guard !problems.isEmpty else { return say(.info, "there is no problem") }
    let here = state.field?.problems.first.flatMap { problems.firstIndex(of: $0) }
    let next = problems[((here ?? -1) + 1) % problems.count]
    goTo(next)
    say(next.severity == .error ? .error : .warning, next.message)
  }

  /// Opens the page with the field that a problem is about.
  mutating func goTo(_ problem: Diagnostic) {
    if let path = state.analysis.path(of: problem) {
      goTo(path)
    } else if let span = problem.primary?.span {
      show(source: span)
    }
  }

  /// Opens the page with a key and puts the cursor on it.
  mutating func goTo(_ path: ConfigPath) {
    open(WizardStep.holding(path))
    var table = ConfigPath.root
    for component in path.components {
      table.components.append(component)
      guard case .index = component, table.components.count >= 2, table != path || isTable(table)
      else {
        continue
      }
      open(.table(table))
    }
    let target = state.form.rows.firstIndex { row in
      row.field.map { path.components.starts(with: $0.path.components) } ?? false
        || row.id == "open:\(path)"
    }
    if let target { state.cursor = target }
  }

  private func isTable(_ path: ConfigPath) -> Bool {
    if case .table? = state.builder.written(path)?.content { true } else { false }
  }

  // MARK: Everywhere

  mutating func openPalette() {
    let moves: [Command] = [.up, .down, .pageUp, .pageDown, .first, .last, .activate]
    let commands = Command.allCases.filter { !moves.contains($0) }
    let choices = commands.map { command in
      Choice(
        command.rawValue, title: state.keyMap.title(of: command),
        summary: state.keyMap.keys(of: command).map(\.shown).joined(separator: "  "))
    }
    let steps = WizardStep.all.map { step in
      Choice("step:\(step.id.rawValue)", title: "go to \(step.title)", summary: step.question)
    }
    state.overlays.append(
      .picker(
        Picker(
          purpose: .command, title: "All commands", help: "Type to find one.",
          choices: steps + choices)))
  }

  mutating func openSearch() {
    let architecture = state.analysis.architecture
    var choices = WizardStep.all.map { step in
      Choice("step:\(step.id.rawValue)", title: step.title, summary: step.question)
    }
    for service in architecture.services {
      choices.append(
        Choice(
          "path:\(service.path)", title: service.name.value,
          summary: PageBuilder.summary(of: service)))
      for (index, entity) in service.entities.enumerated() {
        choices.append(
          Choice(
            "path:\(service.path.appending("entities").appending(index))",
            title: entity.name.value, summary: "entity of \(service.name.value)"))
      }
      for event in service.publishes {
        choices.append(
          Choice(
            "path:\(event.path)", title: event.value, summary: "event of \(service.name.value)"))
      }
    }
    choices += (state.plan.changeSet?.changes ?? []).map {
      Choice("file:\($0.path)", title: $0.path, summary: $0.verdict.title)
    }
    state.overlays.append(
      .picker(
        Picker(
          purpose: .search, title: "Search everywhere", help: "Services, entities, events, files.",
          choices: choices)))
  }

  /// Goes where a row of the palette or the search leads.
  mutating func goTo(_ value: String) {
    let parts = value.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return }
    switch parts[0] {
    case "step": if let id = WizardStep.ID(rawValue: parts[1]) { open(.step(id)) }
    case "path": if case .path(let path) = ConfigPath.parse(parts[1]) { goTo(path) }
    case "file":
      state.visiblePane = .files
      state.focus = .pane(.files)
      state.refresh(.files)
      state.panes.files.select(parts[1])
    default: break
    }
  }

  mutating func openThemes() {
    let choices = state.themes.map { Choice($0, isChosen: $0 == state.themeID) }
    var picker = Picker(
      purpose: .theme, title: "Theme", help: "The highlighted one is shown at once.",
      choices: choices)
    picker.highlighted = choices.firstIndex(where: \.isChosen) ?? 0
    state.overlays.append(.picker(picker))
  }

  mutating func toggleMouse() {
    state.isMouseOn.toggle()
    ask(.mouse(state.isMouseOn))
    say(.info, state.isMouseOn ? "the mouse works here" : "the mouse selects text")
  }

  mutating func openEditor() {
    guard state.session != nil else { return say(.info, "there is no text yet") }
    let path = state.field?.path
    let offset = path.flatMap { state.analysis.area(of: $0)?.lowerBound } ?? 0
    ask(.editor(state.analysis.document.source.lineIndex(at: offset) + 1))
  }

  mutating func copyPath() {
    if let path = state.field?.path {
      ask(.copy(path.description))
      say(.info, "copied \(path)")
    } else if let path = state.session?.path {
      ask(.copy(path))
      say(.info, "copied \(path)")
    }
  }
}

extension WizardStep {
  /// The page on which a key is asked, the tables on the way left out.
  static func holding(_ path: ConfigPath) -> Route {
    if path.components.first == .key("services") { return .step(.services) }
    let text = path.dotted
    let found = all.first { step in step.keys.contains { text == $0 || text.hasPrefix($0 + ".") } }
    return .step(found?.id ?? .platform)
  }
}

extension Analysis {
  /// The key or element that a problem is about: the deepest one around its place.
  func path(of problem: Diagnostic) -> ConfigPath? {
    if let path = problem.fixes.first?.edits.first?.path { return path }
    guard let span = problem.primary?.span else { return nil }
    return document.root.path(around: span.start)
  }
}

extension DocumentNode {
  /// The path of the deepest key or element whose area holds an offset.
  func path(around offset: Int) -> ConfigPath? {
    switch content {
    case .table(let members):
      for member in members {
        let area = member.node.area
        let start = min(area.lowerBound, member.keySpan.start)
        guard (start..<max(area.upperBound, member.keySpan.end)).contains(offset) else { continue }
        let below = member.node.path(around: offset)
        return ConfigPath([.key(member.key)] + (below?.components ?? []))
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() where element.area.contains(offset) {
        return ConfigPath([.index(index)] + (element.path(around: offset)?.components ?? []))
      }
    default: break
    }
    return nil
  }
}
