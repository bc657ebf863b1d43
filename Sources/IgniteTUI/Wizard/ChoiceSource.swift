import IgniteCatalog
import IgniteModel
import IgniteSyntax

/// The answers that a key offers, from the catalog, the schema and what the architecture has already.
struct ChoiceSource {
  let catalog: Catalog
  let architecture: Architecture

  /// How the key at a path is answered.
  func control(
    for declaration: KeyDeclaration, at path: ConfigPath, value: ConfigValue?
  ) -> Control {
    switch declaration.kind {
    case .boolean: .toggle
    case .integer, .number, .port: .number
    case .choice: .choice(words(of: declaration, chosen: value?.texts ?? []))
    case .list(let element): list(declaration, element, path, value)
    case .shaped(.kebabName) where isServiceName(declaration, path):
      .choice(services(besides: path, chosen: value?.texts ?? []))
    case .shaped(.identifier) where !declaration.isRequired && isOfStep(path):
      .choice(actions(at: path, chosen: value?.texts ?? []), allowsNew: true)
    default: .text
    }
  }

  private func list(
    _ declaration: KeyDeclaration, _ element: ValueKind, _ path: ConfigPath, _ value: ConfigValue?
  ) -> Control {
    let chosen = value?.texts ?? []
    switch (declaration.role, element) {
    case (.calls, _): return .choices(services(besides: path, chosen: chosen), allowsNew: false)
    case (.publishes, _): return .choices(ownEvents(at: path, chosen), allowsNew: true)
    case (.consumes, _): return .choices(othersEvents(at: path, chosen), allowsNew: true)
    case (_, .choice):
      return .choices(words(of: declaration, chosen: chosen), allowsNew: false)
    case (_, .text), (_, .shaped):
      return .choices(chosen.map { Choice($0, isChosen: true) }, allowsNew: true)
    default: return .list
    }
  }

  /// The words of a choice that can be built, with what the catalog says of them.
  func words(of declaration: KeyDeclaration, chosen: [String]) -> [Choice] {
    let kind = Alternatives.kind(of: declaration)
    var words = Alternatives(catalog: catalog).words(of: declaration)
    words += chosen.filter { !words.contains($0) && declaration.kind.words.contains($0) }
    return words.map { word in
      let entry = kind.flatMap { catalog.entry($0, word) }
      return Choice(
        word, title: entry?.title, summary: entry?.summary ?? "", isChosen: chosen.contains(word))
    }
  }

  /// The archetypes of the catalog.
  var archetypes: [Choice] {
    catalog.entries(of: .archetype).map { Choice($0.id, title: $0.title, summary: $0.summary) }
  }

  private func isServiceName(_ declaration: KeyDeclaration, _ path: ConfigPath) -> Bool {
    if declaration.role == .calls { return true }
    guard case .key(let name)? = path.last else { return false }
    return name == "service" && path.components.count > 2
  }

  // MARK: Steps of a workflow

  /// Whether a path leads to what a step of a workflow does or undoes.
  private func isOfStep(_ path: ConfigPath) -> Bool {
    guard case .index? = path.parent.last else { return false }
    return path.parent.parent.last == .key("steps")
  }

  /// What can be asked of the service of a step, and the events that it can send instead.
  private func actions(at path: ConfigPath, chosen: [String]) -> [Choice] {
    guard let service = owner(of: path), case .index(let index)? = path.parent.last,
      let step = service.saga?.steps[safe: index]
    else { return [] }
    var choices: [Choice] = []
    let callee = architecture.services.first { $0.name.value == step.service?.value }
    for entity in callee?.entities ?? [] {
      choices += Saga.Step.verbs.map { verb in
        Choice(
          "\(verb)_\(Naming.snake(entity.name.value))",
          summary: "of \(callee?.name.value ?? ""): \(verb) \(entity.name.value)")
      }
    }
    if callee == nil {
      choices += service.publishes.map { Choice($0.value, summary: "sends this event") }
    }
    let known = choices.map { choice in
      var choice = choice
      choice.isChosen = chosen.contains(choice.value)
      return choice
    }
    return known + unknown(chosen, besides: known, "a command of your own, over the bus")
  }

  private func services(besides path: ConfigPath, chosen: [String]) -> [Choice] {
    let own = owner(of: path)?.name.value
    let names = architecture.services.filter { $0.name.value != own }
    let known = names.map { service in
      Choice(
        service.name.value, summary: service.responsibility?.value ?? service.type.value,
        isChosen: chosen.contains(service.name.value))
    }
    return known + unknown(chosen, besides: known, "no service has this name")
  }

  private func ownEvents(at path: ConfigPath, _ chosen: [String]) -> [Choice] {
    let owner = owner(of: path)
    var choices = chosen.map { Choice($0, summary: "published now", isChosen: true) }
    for entity in owner?.entities ?? [] {
      for (verb, cause) in [("Created", "new"), ("Updated", "changed"), ("Deleted", "removed")] {
        let event = entity.name.value + verb
        guard !choices.contains(where: { $0.value == event }) else { continue }
        choices.append(Choice(event, summary: "sent for each \(cause) \(entity.name.value)"))
      }
    }
    return choices + wanted(besides: choices)
  }

  /// Events that somebody handles and nobody publishes.
  private func wanted(besides choices: [Choice]) -> [Choice] {
    let published = Set(architecture.services.flatMap { $0.publishes.map(\.value) })
    var seen = published.union(choices.map(\.value))
    return architecture.services.flatMap { service in
      service.consumes.map(\.value).filter { seen.insert($0).inserted }.map {
        Choice($0, summary: "\(service.name.value) waits for it, nobody publishes it")
      }
    }
  }

  private func othersEvents(at path: ConfigPath, _ chosen: [String]) -> [Choice] {
    let own = owner(of: path)?.name.value
    var seen: Set<String> = []
    var choices: [Choice] = []
    for service in architecture.services where service.name.value != own {
      for event in service.publishes where seen.insert(event.value).inserted {
        choices.append(
          Choice(
            event.value, summary: "published by \(service.name.value)",
            isChosen: chosen.contains(event.value)))
      }
    }
    return choices + unknown(chosen, besides: choices, "nobody publishes it")
  }

  private func unknown(_ chosen: [String], besides known: [Choice], _ summary: String) -> [Choice] {
    chosen.filter { name in !known.contains { $0.value == name } }
      .map { Choice($0, summary: summary, isChosen: true) }
  }

  /// The service whose table a path leads into.
  func owner(of path: ConfigPath) -> Service? {
    architecture.services.first { path.components.starts(with: $0.path.components) }
  }
}

extension ConfigValue {
  /// The text, or the texts of a list.
  var texts: [String] {
    switch self {
    case .string(let text): [text]
    case .array(let elements): elements.flatMap(\.texts)
    default: []
    }
  }

  /// The value in a line, as a person reads it.
  var line: String {
    switch self {
    case .string(let text): text
    case .integer(let number): "\(number)"
    case .float(let number): "\(number)"
    case .boolean(let flag): flag ? "yes" : "no"
    case .dateTime(let literal): literal.text
    case .array(let elements): elements.map(\.line).joined(separator: ", ")
    case .table(let members):
      members.map { "\($0.key) \($0.value.line)" }.joined(separator: ", ")
    }
  }
}
