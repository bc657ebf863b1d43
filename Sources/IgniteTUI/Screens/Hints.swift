/// Which keys work at this moment, from the bindings.
struct Hints {
  let state: AppState

  /// The keys for what is shown, the most useful ones first.
  var here: [KeyBar.Hint] {
    switch state.overlays.last {
    case .picker(let picker)?:
      return [("Enter", picker.isMultiple ? "done" : "choose"), ("Up/Down", "move")]
        + (picker.isMultiple ? [("Space", "mark")] : []) + [("Esc", "close")]
    case .prompt(let prompt)?:
      return [("Enter", "done")] + (prompt.takesPath ? [("Tab", "complete")] : [])
        + [("Esc", "leave it")]
    case .confirm?: return [("Enter", "choose"), ("Up/Down", "move"), ("Esc", "leave it")]
    case .help?, .explain?: return [("Up/Down", "scroll"), ("Esc", "close")]
    case nil: break
    }
    if case .pane(let pane) = state.focus { return pane.hints + [("Esc", "form")] }
    if state.draft != nil { return [("Enter", "done"), ("Esc", "as it was")] }
    return commands.compactMap(hint)
  }

  /// The keys that work everywhere.
  var always: [KeyBar.Hint] {
    let commands: [(Command, String)] = [
      (.save, "save"), (.palette, "commands"), (.help, "help"), (.quit, "quit"),
    ]
    return commands.suffix(state.session == nil ? 2 : 4).compactMap { command, title in
      state.keyMap.key(for: command, isTyping: true).map { ($0.shown, title) }
    }
  }

  private var commands: [Command] {
    if state.session == nil { return [.activate] }
    if let generating = state.generating, state.isTellingOfGeneration {
      return (generating.isFinished ? [.activate] : []) + [.previousStep]
    }
    switch state.form.rows[safe: state.cursor] {
    case .button(let button)?:
      if case .open(.table) = button.deed {
        return [.activate, .add, .rename, .duplicate, .remove, .moveDown, .nextStep]
      }
      return [.activate, .nextStep, .previousStep, .search]
    case .field(let field)?:
      return [.activate] + (field.value == nil || field.isRequired ? [] : [.reset])
        + (field.problems.isEmpty ? [] : [.fix, .explain]) + [.nextStep, .search]
    default: return [.nextStep, .previousStep]
    }
  }

  private func hint(_ command: Command) -> KeyBar.Hint? {
    state.keyMap.key(for: command, isTyping: state.isTyping)
      .map { ($0.shown, command == .activate ? opening : state.keyMap.title(of: command)) }
  }

  /// What opening means for the row under the cursor.
  private var opening: String {
    if state.isTellingOfGeneration { return "to the files again" }
    return switch state.form.rows[safe: state.cursor] {
    case .field(let field)?: opening(field.control)
    case .button(let button)?: opening(button.deed)
    default: "open"
    }
  }

  private func opening(_ control: Control) -> String {
    switch control {
    case .text, .number: "edit"
    case .toggle: "switch"
    case .choice, .choices, .list: "choose"
    }
  }

  private func opening(_ deed: FormButton.Deed) -> String {
    switch deed {
    case .addService, .addElement, .addMember: "add"
    case .startEmpty, .startFrom: "start"
    case .resume: "resume"
    case .apply: "mend"
    case .generate: "write"
    case .save: "save"
    case .open, .openFile, .askForFile: "open"
    }
  }

  /// All bindings, and the keys of the panes.
  var sections: [HelpView.Section] {
    var sections: [HelpView.Section] = []
    if case .pane(let pane) = state.focus { sections.append((pane.title, pane.hints)) }
    sections.append(("On a page", rows(.page)))
    sections.append(("Everywhere", rows(.everywhere)))
    for pane in PaneID.allCases where state.focus != .pane(pane) {
      sections.append((pane.title, pane.hints))
    }
    return sections
  }

  private func rows(_ context: KeyContext) -> [KeyBar.Hint] {
    state.keyMap.bindings.filter { $0.context == context }
      .map { ($0.keys.map(\.shown).joined(separator: ", "), $0.title) }
  }
}

extension PaneID {
  /// The keys of the pane itself.
  var hints: [KeyBar.Hint] {
    switch self {
    case .graph:
      [
        ("Arrows", "walk"), ("Enter", "open"), ("+/-", "zoom"), ("b", "blast radius"),
        ("c", "critical path"), ("f", "filter"), ("d", "data"), ("H J K L", "pan"),
      ]
    case .files:
      [
        ("Enter", "open"), ("v", "contents or diff"), ("/", "find"), ("a", "all or changed"),
        ("n N", "next hit"), ("M O B", "settle a conflict"), ("y", "copy the path"),
      ]
    case .source:
      [
        ("Ctrl-F", "find"), ("Ctrl-O", "$EDITOR"), ("Ctrl-K", "cut the line's end"),
        ("Ctrl-W", "cut the word"),
      ]
    case .problems: [("Enter", "go there"), ("f", "fix"), ("e", "explain"), ("1-9", "other fix")]
    case .history: [("Enter", "go back to this"), ("Up/Down", "move")]
    }
  }
}
