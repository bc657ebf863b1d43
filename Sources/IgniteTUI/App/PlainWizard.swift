import IgniteModel
import IgniteSyntax

/// The same pages and answers as line after line of text: for screen readers, for terminals that cannot be
/// drawn on, and for input that comes from a file.
struct PlainWizard {
  private(set) var state: AppState
  /// Says a line.
  private let tell: (String) -> Void
  /// The next line that the person gives, nothing at the end.
  private let listen: (_ prompt: String) -> String?
  /// Does what the world is asked to do; what came of it.
  private let serve: (Effect, AppState) -> [Action]
  private var isLeaving = false

  init(
    _ state: AppState, tell: @escaping (String) -> Void,
    listen: @escaping (_ prompt: String) -> String?,
    serve: @escaping (Effect, AppState) -> [Action]
  ) {
    self.state = state
    self.tell = tell
    self.listen = listen
    self.serve = serve
  }

  /// What is said before anything is asked.
  static let greeting = "AllFrame Ignite, line by line. ? helps, < goes back, q leaves."

  /// Asks until the person leaves; whether nothing stayed unsaved.
  mutating func run() -> Bool {
    while !isLeaving && !state.isFinished {
      showPage()
      guard let line = listen("> ") else { break }
      take(line)
      tellMessage()
    }
    if state.isUnsaved, state.session != nil { tell("the draft was kept, to be resumed next time") }
    return !state.isUnsaved
  }

  mutating func take(_ action: Action) {
    for effect in Reducer.reduce(&state, action) {
      if effect == .quit { isLeaving = true }
      if effect == .judge { take(.judge) }
      for next in serve(effect, state) { take(next) }
    }
  }

  private mutating func tellMessage() {
    guard let message = state.message else { return }
    tell(message.kind == .error ? "error: \(message.text)" : message.text)
    state.message = nil
  }

  // MARK: Pages

  private func showPage() {
    tell("")
    tell(state.trail.dropFirst().map { state.title(of: $0) }.joined(separator: " > "))
    if !state.form.lead.isEmpty { tell(state.form.lead) }
    var number = 0
    for row in state.form.rows {
      if row.isStop { number += 1 }
      if let line = line(of: row, number) { tell(line) }
    }
    if state.session != nil {
      let findings = state.findings
      tell("\(findings.errorCount) errors, \(findings.warningCount) warnings")
    }
  }

  private func line(of row: FormRow, _ number: Int) -> String? {
    switch row {
    case .heading(let title, let note):
      title.isEmpty ? nil : note.isEmpty ? "\(title):" : "\(title): \(note)"
    case .text(let text): text
    case .button(let button):
      "\(number). \(button.title)" + Self.tail([button.summary] + button.marks)
    case .field(let field): line(of: field, number)
    }
  }

  private func line(of field: FormField, _ number: Int) -> String {
    let value = field.valueText.isEmpty ? "-" : field.valueText
    let unit = field.unit.map { " \($0)" } ?? ""
    let problems = field.problems.map { "\n   \($0.severity.rawValue): \($0.message)" }
    return "\(number). \(field.label) = \(value)\(unit) (\(field.origin))" + problems.joined()
  }

  private static func tail(_ parts: [String]) -> String {
    let said = parts.filter { !$0.isEmpty }
    return said.isEmpty ? "" : ": " + said.joined(separator: ", ")
  }

  // MARK: Answers

  private static let help = [
    "a number chooses that row; number=value answers it at once",
    "<     the page before        n   the next step        p   the step before",
    "a     add                    d number   remove        r number   rename",
    "s     save                   g   generate             u   undo",
    "e     explain the problems   ?   this help            q   leave",
  ]

  private mutating func take(_ line: String) {
    let line = line.trimmed
    let words = line.split(separator: " ", maxSplits: 1).map(String.init)
    switch words.first {
    case nil: break
    case "?": for row in Self.help { tell(row) }
    case "<": take(.command(.back))
    case "n": take(.command(.nextStep))
    case "p": take(.command(.previousStep))
    case "s": run(.save)
    case "g": generate()
    case "u": take(.command(.undo))
    case "e": explain()
    case "a": run(.add)
    case "q": leave()
    case "d" where words.count == 2: onRow(words[1], .remove)
    case "r" where words.count == 2: onRow(words[1], .rename)
    default: choose(line)
    }
  }

  private mutating func onRow(_ number: String, _ command: Command) {
    guard moveTo(number) else { return }
    run(command)
  }

  private mutating func moveTo(_ number: String) -> Bool {
    let stops = state.form.stops
    guard let number = Int(number), stops.indices.contains(number - 1) else {
      tell("there is no row \(number)")
      return false
    }
    state.cursor = stops[number - 1]
    return true
  }

  private mutating func run(_ command: Command) {
    take(.command(command))
    answerQuestions()
  }

  private mutating func choose(_ line: String) {
    let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      .map { String($0).trimmed }
    guard moveTo(parts[0]) else { return }
    take(.command(.activate))
    if parts.count == 2 { answer(parts[1]) } else { answerQuestions() }
  }

  /// Puts everything that lies over the page as questions, one after the other.
  private mutating func answerQuestions() {
    while state.draft != nil || !state.overlays.isEmpty {
      guard let line = listen(question()) else { return cancel() }
      switch line.trimmed {
      case "<":
        cancel()
        return
      case "?": tell(helpText)
      default: answer(line.trimmed)
      }
      tellMessage()
    }
  }

  private mutating func cancel() {
    while state.draft != nil || !state.overlays.isEmpty { take(.key(Key(.escape))) }
  }

  private var helpText: String {
    switch state.overlays.last {
    case .picker(let picker)?: picker.help
    case .prompt(let prompt)?: prompt.help
    default: state.field?.help ?? ""
    }
  }

  private func question() -> String {
    switch state.overlays.last {
    case .picker(let picker)?: ask(picker)
    case .prompt(let prompt)?: (prompt.problem.map { "\($0)\n" } ?? "") + "\(prompt.title) "
    case .confirm(let confirm)?: ask(confirm)
    case .explain, .help: "(Enter goes on) "
    case nil: state.field.map { "\($0.label)\(Self.example($0)): " } ?? ": "
    }
  }

  private static func example(_ field: FormField) -> String {
    field.example.map { " (such as \($0))" } ?? ""
  }

  private func ask(_ picker: Picker) -> String {
    tell(picker.title)
    for (number, choice) in picker.choices.enumerated() {
      let mark = choice.isChosen ? " [chosen]" : ""
      let why = choice.whyNot.map { " (then: \($0))" } ?? ""
      let summary = choice.summary.isEmpty ? "" : ": \(choice.summary)"
      tell("  \(number + 1). \(choice.title)\(mark)\(summary)\(why)")
    }
    return picker.isMultiple ? "numbers or names, with commas between: " : "number or name: "
  }

  private func ask(_ confirm: Confirm) -> String {
    tell(confirm.title)
    for line in confirm.lines { tell("  \(line)") }
    for (number, option) in confirm.options.enumerated() { tell("  \(number + 1). \(option)") }
    return "number: "
  }

  /// Answers what is asked now with a line.
  private mutating func answer(_ line: String) {
    switch state.overlays.last {
    case .picker(let picker)?: answer(picker, line)
    case .prompt(var prompt)?:
      prompt.draft = TextDraft(line)
      state.overlays[state.overlays.count - 1] = .prompt(prompt)
      take(.key(Key(.enter)))
    case .confirm(let confirm)?:
      guard let number = Int(line), confirm.options.indices.contains(number - 1) else {
        return tell("give one of the numbers")
      }
      take(.key(Key(Character("\(number)"))))
    case .explain?, .help?: take(.key(Key(.escape)))
    case nil: type(line)
    }
  }

  private mutating func type(_ line: String) {
    guard state.draft != nil else { return }
    take(.key(Key("e", .control)))
    take(.key(Key("u", .control)))
    take(.paste(line))
    take(.key(Key(.enter)))
  }

  private mutating func answer(_ picker: Picker, _ line: String) {
    var picker = picker
    let parts = picker.isMultiple ? line.split(separator: ",").map { String($0).trimmed } : [line]
    var places: [Int] = []
    for part in parts where !part.isEmpty {
      if let place = Self.place(of: part, in: picker) {
        places.append(place)
      } else if picker.allowsNew {
        picker.choices.append(Choice(part))
        places.append(picker.choices.count - 1)
      } else {
        return tell("`\(part)` is none of the choices")
      }
    }
    finish(picker, places)
  }

  private static func place(of part: String, in picker: Picker) -> Int? {
    if let number = Int(part), picker.choices.indices.contains(number - 1) { return number - 1 }
    return picker.choices.firstIndex { $0.value == part || $0.title == part }
  }

  private mutating func finish(_ picker: Picker, _ places: [Int]) {
    var picker = picker
    picker.filter = TextDraft()
    if picker.isMultiple {
      for place in picker.choices.indices {
        picker.choices[place].isChosen = places.contains(place)
      }
    } else {
      guard let place = places.first else { return tell("give one of the numbers") }
      picker.highlighted = place
    }
    state.overlays[state.overlays.count - 1] = .picker(picker)
    take(.key(Key(.enter)))
  }

  // MARK: Leaving and generating

  private mutating func leave() {
    take(.command(.quit))
    answerQuestions()
  }

  private mutating func explain() {
    let problems = state.findings.all
    if problems.isEmpty { tell("there is no problem") }
    for problem in problems {
      tell("\(problem.severity.rawValue)[\(problem.code)]: \(problem.message)")
      for note in problem.notes { tell("  \(note)") }
      for fix in problem.fixes { tell("  fix: \(fix.title)") }
    }
  }

  private mutating func generate() {
    take(.command(.generate))
    guard let row = state.form.row("generate") else { return }
    state.cursor = row
    run(.activate)
    guard let result = state.generating, result.isFinished else { return }
    for line in [result.phase] + result.lines { tell(line) }
    for line in result.next { tell("next: \(line)") }
  }
}

extension String {
  /// The text without the blanks around it.
  fileprivate var trimmed: String {
    var rest = self[...]
    while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
    while rest.last == " " || rest.last == "\t" || rest.last == "\r" { rest.removeLast() }
    return String(rest)
  }
}
