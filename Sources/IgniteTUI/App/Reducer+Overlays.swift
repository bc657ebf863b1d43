import IgniteModel
import IgniteSyntax

extension Reducer {
  mutating func takeInOverlay(_ key: Key) {
    if key == Key(.escape) { return closeOverlay() }
    switch state.overlays.last {
    case .picker(let picker)?: take(key, in: picker)
    case .prompt(let prompt)?: take(key, in: prompt)
    case .confirm(let confirm)?: take(key, in: confirm)
    case .help(let help)?: take(key, in: help)
    case .explain(let explanation)?: take(key, in: explanation)
    case nil: break
    }
  }

  /// A theme that was only looked at goes with the list.
  private mutating func closeOverlay() {
    if case .picker(let picker) = state.overlays.removeLast(), picker.purpose == .theme {
      ask(.showTheme(state.themeID))
    }
  }

  // MARK: Lists

  private mutating func take(_ key: Key, in picker: Picker) {
    var picker = picker
    switch key {
    case Key(.up), Key("p", .control): picker.move(by: -1)
    case Key(.down), Key("n", .control): picker.move(by: 1)
    case Key(.pageUp): picker.move(by: -10)
    case Key(.pageDown): picker.move(by: 10)
    case Key(" ") where picker.isMultiple: return toggleChoice(in: picker)
    case Key(.enter): return choose(in: picker)
    default:
      guard picker.filter.handle(key) else { return takeGlobal(key) }
      picker.highlighted = 0
    }
    replaceOverlay(.picker(picker))
    preview(picker)
  }

  /// Quitting and drawing anew work over every list.
  private mutating func takeGlobal(_ key: Key) {
    switch state.keyMap.command(for: key, isTyping: true) {
    case .quit?, .ask?: quit()
    case .redraw?: ask(.redraw)
    case .suspend?: ask(.suspend)
    case .help?: openHelp()
    default: break
    }
  }

  private mutating func toggleChoice(in picker: Picker) {
    var picker = picker
    if let new = picker.newValue, picker.current == nil {
      picker.choices.append(Choice(new, isChosen: true))
      picker.filter = TextDraft()
    } else if let place = picker.current {
      picker.choices[place].isChosen.toggle()
    }
    replaceOverlay(.picker(picker))
  }

  private mutating func choose(in picker: Picker) {
    if picker.isMultiple { return chooseSeveral(in: picker) }
    let value = picker.current.map { picker.choices[$0].value } ?? picker.newValue
    guard let value else { return }
    state.overlays.removeLast()
    choose(value, for: picker.purpose)
  }

  private mutating func chooseSeveral(in picker: Picker) {
    var picker = picker
    if let new = picker.newValue {
      picker.choices.append(Choice(new, isChosen: true))
    } else if !picker.filter.isEmpty, let place = picker.current {
      picker.choices[place].isChosen = true
    } else if !picker.filter.isEmpty {
      return say(.warning, "nothing is called so; Ctrl-U empties the line")
    }
    state.overlays.removeLast()
    guard case .fieldList(let path) = picker.purpose else { return }
    setList(path, picker.choices.filter(\.isChosen).map(\.value))
    move(by: 1)
  }

  private mutating func setList(_ path: ConfigPath, _ texts: [String]) {
    let old = state.builder.written(path)?.value
    guard (old?.texts ?? []) != texts else { return }
    if texts.isEmpty, old != nil,
      state.analysis.loaded.schema.declaration(at: path)?.isRequired != true
    {
      apply([.remove(path)], "empty \(named(path))")
    } else {
      set(path, .array(texts.map { .string($0) }))
    }
  }

  private mutating func choose(_ value: String, for purpose: Picker.Purpose) {
    switch purpose {
    case .field(let path):
      set(path, .string(value))
      move(by: 1)
    case .serviceType: promptForServiceName(type: value)
    case .eventToRename: promptForEvent(value)
    case .command: if let command = Command(rawValue: value) { run(command) } else { goTo(value) }
    case .search: goTo(value)
    case .theme:
      state.themeID = value
      ask(.theme(value))
    case .conflict(let path): settle(path, value)
    case .fieldList: break
    }
  }

  /// A theme is seen before it is taken.
  private mutating func preview(_ picker: Picker) {
    guard picker.purpose == .theme, let place = picker.current else { return }
    state.message = nil
    ask(.showTheme(picker.choices[place].value))
  }

  mutating func openPicker(
    _ field: FormField, _ choices: [Choice], isMultiple: Bool, allowsNew: Bool
  ) {
    var picker = Picker(
      purpose: isMultiple ? .fieldList(field.path) : .field(field.path), title: field.label,
      help: field.help, choices: isMultiple ? choices : judged(choices, at: field.path))
    picker.isMultiple = isMultiple
    picker.allowsNew = allowsNew
    picker.highlighted = choices.firstIndex(where: \.isChosen) ?? 0
    state.overlays.append(.picker(picker))
  }

  /// The choices with what each would break, found out by trying it.
  private func judged(_ choices: [Choice], at path: ConfigPath) -> [Choice] {
    guard choices.count <= 12, state.analysis.architecture.services.count <= 60 else {
      return choices
    }
    let now = Set(state.analysis.diagnostics.map { "\($0.code)\($0.message)" })
    return choices.map { choice in
      guard !choice.isChosen,
        case .edited(let document) = state.analysis.document.applying(
          .set(path, .string(choice.value)))
      else { return choice }
      let after = Analysis(document, revision: 0, loader: state.surroundings.loader)
      var judged = choice
      judged.whyNot =
        after.diagnostics.first {
          $0.severity == .error && !now.contains("\($0.code)\($0.message)")
        }?
        .message
      return judged
    }
  }

  // MARK: Prompts

  private mutating func take(_ key: Key, in prompt: Prompt) {
    var prompt = prompt
    if key == Key(.enter) { return submit(prompt) }
    if key == Key(.tab), prompt.takesPath { return ask(.complete(prompt.draft.text)) }
    prompt.names = []
    guard prompt.draft.handle(key) else { return takeGlobal(key) }
    if prompt.problem != nil { prompt.problem = problem(of: prompt) }
    replaceOverlay(.prompt(prompt))
  }

  private mutating func submit(_ prompt: Prompt) {
    var prompt = prompt
    prompt.problem = problem(of: prompt)
    guard prompt.problem == nil else { return replaceOverlay(.prompt(prompt)) }
    state.overlays.removeLast()
    let text = prompt.draft.text
    switch prompt.purpose {
    case .serviceName(let type): addService(text, type: type)
    case .renameService(let index): renameService(index, to: text)
    case .renameMember(let path):
      apply([.rename(path, to: text)], "rename \(named(path)) to \(text)")
    case .renameEntity(let path): renamePart(at: path, to: text)
    case .renameEvent(let name): renameEvent(name, to: text)
    case .element(let path): addElement(text, to: path)
    case .member(let path): addMember(text, to: path)
    case .openFile: ask(.open(text))
    case .saveAs(let next):
      ask(.save(text))
      if let next { ask(next) }
    }
  }

  /// Types what is certain of a path, and shows what it may go on with.
  mutating func complete(_ completion: PathCompletion) {
    guard case .prompt(var prompt)? = state.overlays.last, prompt.takesPath,
      prompt.draft.text == completion.asked
    else { return }
    prompt.draft = TextDraft(completion.text)
    prompt.names = completion.names
    prompt.problem = completion.names.isEmpty ? "no folder or config begins so" : nil
    replaceOverlay(.prompt(prompt))
  }

  /// What is wrong with an answer, if something is.
  func problem(of prompt: Prompt) -> String? {
    let text = prompt.draft.text
    if text.isEmpty { return "a name is needed" }
    switch prompt.purpose {
    case .serviceName: return problem(ofService: text, besides: nil)
    case .renameService(let index): return problem(ofService: text, besides: index)
    case .renameMember(let path): return problem(ofMember: text, of: path.parent)
    case .renameEntity(let path):
      let isSame = state.builder.written(path)?.name == text
      return isSame ? nil : problem(ofElement: text, of: path.parent)
    case .renameEvent(let name): return problem(ofEvent: text, besides: name)
    case .element(let path): return problem(ofElement: text, of: path)
    case .member(let path):
      let name = text.split(separator: " ", maxSplits: 1).first.map(String.init) ?? text
      return problem(ofMember: path.last == .key("fields") ? name : text, of: path)
    case .openFile: return ConfigFormat(path: text) == nil ? "the name ends in .toml or .yaml" : nil
    case .saveAs: return ConfigFormat(path: text) == nil ? "the name ends in .toml or .yaml" : nil
    }
  }

  private func problem(ofService name: String, besides index: Int?) -> String? {
    guard TextShape.kebabName.matches(name) else {
      return "it must be \(TextShape.kebabName.description)"
    }
    let own = index.flatMap { state.builder.written(.service($0))?.name }
    return name != own && state.changes.isTaken(name) ? "another service is called so" : nil
  }

  private func problem(ofEvent name: String, besides old: String) -> String? {
    guard TextShape.typeName.matches(name) else {
      return "it must be \(TextShape.typeName.description)"
    }
    return name != old && state.changes.isEvent(name) ? "another event is called so" : nil
  }

  private func problem(ofElement name: String, of path: ConfigPath) -> String? {
    let declaration = state.analysis.loaded.schema.declaration(
      at: path.appending(0).appending("name"))
    if case .shaped(let shape)? = declaration?.kind, !shape.matches(name) {
      return "it must be \(shape.description)"
    }
    guard case .array(let elements)? = state.builder.written(path)?.content else { return nil }
    return elements.contains { $0.name == name } ? "there is one called so" : nil
  }

  private func problem(ofMember name: String, of path: ConfigPath) -> String? {
    let node = state.analysis.loaded.schema.node(at: path)
    if case .shaped(let shape)? = node?.anyMember?.declaration?.nameKind, !shape.matches(name) {
      return "it must be \(shape.description)"
    }
    guard state.builder.written(path)?.member(name) == nil else { return "there is one called so" }
    return nil
  }

  private mutating func addElement(_ name: String, to path: ConfigPath) {
    var count = 0
    if case .array(let elements)? = state.builder.written(path)?.content { count = elements.count }
    let element: ConfigValue = ["name": .string(name)]
    guard apply([.insert(path, at: count, element)], "add \(name) to \(named(path))") else {
      return
    }
    // From its page one comes back to its row.
    if let row = state.form.row("open:\(path.appending(count))") { state.cursor = row }
    open(.table(path.appending(count)))
  }

  private mutating func addMember(_ text: String, to path: ConfigPath) {
    let isTable = state.analysis.loaded.schema.node(at: path)?.anyMember?.isBranch == true
    if isTable { return addTable(text, to: path) }
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    let name = path.last == .key("fields") ? parts[0] : text
    let type = path.last == .key("fields") ? parts[safe: 1] ?? "string" : ""
    guard apply([.set(path.appending(name), .string(type))], "add \(name) to \(named(path))") else {
      return
    }
    if let row = state.form.row("field:\(path.appending(name))") { state.cursor = row }
  }

  /// A table needs what it cannot be without, so that there is something to open.
  private mutating func addTable(_ name: String, to path: ConfigPath) {
    let node = state.analysis.loaded.schema.node(at: path)?.anyMember
    let members = (node?.requiredNames ?? []).compactMap { key -> ConfigMember? in
      guard let example = node?.members[key]?.declaration?.example else { return nil }
      return ConfigMember(key, example)
    }
    let place = path.appending(name)
    if apply([.set(place, .table(members))], "add \(name) to \(named(path))") {
      open(.table(place))
    }
  }

  // MARK: Questions

  private mutating func take(_ key: Key, in confirm: Confirm) {
    var confirm = confirm
    switch key {
    case Key(.up), Key(.left), Key("k"), Key("h"), Key(.tab, .shift): confirm.highlighted -= 1
    case Key(.down), Key(.right), Key("j"), Key("l"), Key(.tab): confirm.highlighted += 1
    case Key(.enter):
      state.overlays.removeLast()
      return decide(confirm)
    default:
      let number = key.typed?.wholeNumberValue.map { $0 - 1 }
      guard let number, confirm.options.indices.contains(number) else { return takeGlobal(key) }
      confirm.highlighted = number
      state.overlays.removeLast()
      return decide(confirm)
    }
    confirm.highlighted = min(max(confirm.highlighted, 0), confirm.options.count - 1)
    replaceOverlay(.confirm(confirm))
  }

  private mutating func decide(_ confirm: Confirm) {
    let choice = confirm.highlighted
    let isLast = choice == confirm.options.count - 1
    switch confirm.purpose {
    case .removeService(let index):
      if !isLast { removeService(index, withMentions: confirm.options.count == 3 && choice == 0) }
    case .remove(let path): if !isLast { apply([.remove(path)], "remove \(named(path))") }
    case .quit: decideToQuit(choice)
    case .close: decideToClose(choice)
    case .resume(let id): decide(about: id, choice)
    case .changedOutside(let bytes): decide(about: bytes, takesDisk: choice == 1)
    case .generate: if choice == 0 { startGenerating() }
    }
  }

  // MARK: Reading

  private mutating func take(_ key: Key, in help: HelpState) {
    var help = help
    guard let distance = Self.scroll(key) else { return takeGlobal(key) }
    help.scroll = max(0, help.scroll + distance)
    replaceOverlay(.help(help))
  }

  private mutating func take(_ key: Key, in explanation: Explanation) {
    var explanation = explanation
    guard let distance = Self.scroll(key) else { return takeGlobal(key) }
    explanation.scroll = max(0, explanation.scroll + distance)
    replaceOverlay(.explain(explanation))
  }

  private static func scroll(_ key: Key) -> Int? {
    switch key {
    case Key(.up), Key("k"): -1
    case Key(.down), Key("j"), Key(.enter): 1
    case Key(.pageUp): -10
    case Key(.pageDown), Key(" "): 10
    default: nil
    }
  }
}
