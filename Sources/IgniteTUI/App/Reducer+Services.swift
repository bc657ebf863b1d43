import IgniteModel
import IgniteSyntax

extension Reducer {
  /// The path of the table that the row under the cursor opens.
  private var openedPath: ConfigPath? {
    guard case .open(.table(let path))? = state.form.rows[safe: state.cursor]?.button?.deed else {
      return nil
    }
    return path
  }

  /// The service under the cursor, or the one whose page is shown.
  private var service: Int? {
    if let path = openedPath { return path.components.count == 2 ? path.serviceIndex : nil }
    guard case .table(let path) = state.route, path.components.count == 2 else { return nil }
    return path.serviceIndex
  }

  // MARK: Adding

  mutating func add() {
    if state.route == .step(.services) { return addService() }
    switch adder {
    case .addElement(let path)?: promptForElement(path)
    case .addMember(let path)?: promptForMember(path)
    default: say(.info, "there is nothing to add here")
    }
  }

  /// What `add` means: the list that the cursor stands in, else the first one on the page, things before
  /// settings.
  private var adder: FormButton.Deed? {
    let rows = state.form.rows
    let place = min(state.cursor, rows.count)
    let here = rows[place...].prefix { row in if case .heading = row { false } else { true } }
    let isElement = { (deed: FormButton.Deed) in
      if case .addElement = deed { true } else { false }
    }
    let isAdder = { (deed: FormButton.Deed) in
      if case .addMember = deed { true } else { isElement(deed) }
    }
    let deeds = rows.compactMap { $0.button?.deed }
    return here.compactMap { $0.button?.deed }.first(where: isAdder) ?? deeds.first(
      where: isElement)
      ?? deeds.first(where: isAdder)
  }

  mutating func addService() {
    guard state.session != nil else { return }
    let choices = ChoiceSource(
      catalog: state.surroundings.catalog, architecture: state.analysis.architecture
    ).archetypes
    state.overlays.append(
      .picker(
        Picker(
          purpose: .serviceType, title: "What kind of service?",
          help: "The type decides what is generated; it can be changed later.", choices: choices)))
  }

  mutating func promptForServiceName(type: String) {
    state.overlays.append(
      .prompt(
        Prompt(
          purpose: .serviceName(type: type), title: "What is the service called?",
          help: "Lower-case words joined by -, such as order-service.")))
  }

  mutating func addService(_ name: String, type: String) {
    let added = apply(state.changes.adding(name, type: type), "add the service \(name)")
    guard added, let service = state.analysis.architecture.services.last else { return }
    if state.route != .step(.services) { open(.step(.services)) }
    open(.table(service.path))
  }

  mutating func promptForElement(_ path: ConfigPath) {
    let noun = Naming.singular(of: path)
    let shape = state.analysis.loaded.schema.declaration(at: path.appending(0).appending("name"))
    state.overlays.append(
      .prompt(
        Prompt(
          purpose: .element(path), title: "What is the \(noun) called?",
          help: shape.map { "\($0.kind.description), such as \($0.example?.line ?? "Order")" } ?? ""
        )))
  }

  mutating func promptForMember(_ path: ConfigPath) {
    let noun = Naming.singular(of: path)
    let isField = path.last == .key("fields")
    state.overlays.append(
      .prompt(
        Prompt(
          purpose: .member(path), title: "What is the \(noun) called?",
          help: isField
            ? "A name, or a name and its type: total_cents i64. There are \(Self.fieldTypes); ? behind "
              + "one makes it optional, [] a list, and unique, indexed or pii may follow."
            : "A name that no other has.")))
  }

  private static let fieldTypes =
    FieldType.plainNames.joined(separator: ", ") + ", enum(a|b) and ref(Entity)"

  // MARK: Changing

  mutating func rename() {
    if let field = state.field, isEventList(field.path) { return renameAnEvent(in: field) }
    if let index = service, let name = state.builder.written(.service(index))?.name {
      return prompt(.renameService(index), "Rename \(name)", name)
    }
    let path = state.field?.path ?? openedPath
    if let path, isEntity(path), let name = state.builder.written(path)?.name {
      return prompt(.renameEntity(path), "Rename \(name)", name)
    }
    guard let path, case .key(let key)? = path.last,
      case .anyKey? = state.analysis.loaded.schema.declaration(at: path)?.path.components.last
    else { return say(.info, "only names that you gave can be changed") }
    prompt(.renameMember(path), "Rename \(key)", key)
  }

  private mutating func prompt(_ purpose: Prompt.Purpose, _ title: String, _ text: String) {
    state.overlays.append(
      .prompt(
        Prompt(
          purpose: purpose, title: title, help: "What mentions it follows.",
          draft: TextDraft(text))))
  }

  /// Whether a path leads to an entity of a service.
  func isEntity(_ path: ConfigPath) -> Bool {
    path.serviceIndex != nil && path.components.count == 4
      && path.components[2] == .key("entities")
  }

  private func isEventList(_ path: ConfigPath) -> Bool {
    let role = state.analysis.loaded.schema.declaration(at: path)?.role
    return role == .publishes || role == .consumes
  }

  /// Of several events the person says which.
  private mutating func renameAnEvent(in field: FormField) {
    let events = field.value?.texts ?? []
    if events.count == 1 { return promptForEvent(events[0]) }
    guard !events.isEmpty else { return say(.info, "there is no event to rename") }
    state.overlays.append(
      .picker(
        Picker(
          purpose: .eventToRename, title: "Which event?",
          help: "It is renamed wherever it is said.",
          choices: events.map { Choice($0) })))
  }

  mutating func promptForEvent(_ name: String) {
    prompt(.renameEvent(name), "Rename \(name)", name)
  }

  /// Gives a service or an entity another name, wherever it is said.
  mutating func renamePart(at path: ConfigPath, to name: String) {
    guard isEntity(path) else {
      return path.serviceIndex.map { renameService($0, to: name) } ?? ()
    }
    let old = state.builder.written(path)?.name ?? ""
    apply(state.changes.renamingEntity(at: path, to: name), "rename \(old) to \(name)")
  }

  mutating func renameService(_ index: Int, to name: String) {
    let old = state.builder.written(.service(index))?.name ?? ""
    apply(state.changes.renaming(index, to: name), "rename \(old) to \(name)")
  }

  mutating func renameEvent(_ old: String, to name: String) {
    apply(state.changes.renamingEvent(old, to: name), "rename \(old) to \(name)")
  }

  mutating func duplicate() {
    guard let index = service, let name = state.builder.written(.service(index))?.name else {
      return say(.info, "only services can be duplicated")
    }
    let free = state.changes.freeName(like: "\(name)-copy")
    if apply(state.changes.duplicating(index, as: free), "duplicate \(name)") {
      say(.info, "\(free) is a copy of \(name) without its events and ports")
    }
  }

  mutating func reorder(by distance: Int) {
    guard let index = openedPath?.serviceIndex, openedPath?.components.count == 2 else {
      return moveElement(by: distance)
    }
    let name = state.builder.written(.service(index))?.name ?? ""
    let edits = state.changes.moving(index, by: distance)
    if apply(edits, "move \(name)") { follow("open:\(ConfigPath.service(index + distance))") }
  }

  private mutating func moveElement(by distance: Int) {
    guard let path = openedPath, case .index(let index)? = path.last,
      case .array(let elements)? = state.builder.written(path.parent)?.content,
      elements.indices.contains(index + distance)
    else { return }
    let edit = ConfigEdit.move(path.parent, from: index, to: index + distance)
    if apply([edit], "move \(named(path))") {
      follow("open:\(path.parent.appending(index + distance))")
    }
  }

  private mutating func follow(_ id: String) {
    if let row = state.form.row(id) { state.cursor = row }
  }

  // MARK: Removing

  mutating func remove() {
    if let index = service { return askToRemoveService(index) }
    if let path = openedPath { return askToRemove(path) }
    guard let field = state.field, field.value != nil, !field.isRequired else {
      return say(.info, "there is nothing to remove here")
    }
    apply([.remove(field.path)], "remove \(named(field.path))")
  }

  private mutating func askToRemoveService(_ index: Int) {
    let name = state.builder.written(.service(index))?.name ?? "the service"
    let lines = state.changes.consequences(ofRemoving: index)
    state.overlays.append(
      .confirm(
        Confirm(
          purpose: .removeService(index), title: "Remove \(name)?",
          lines: lines.isEmpty ? ["Nothing else mentions it."] : lines,
          options: lines.isEmpty
            ? ["remove it", "keep it"]
            : ["remove it and the calls to it", "remove it alone", "keep it"])))
  }

  private mutating func askToRemove(_ path: ConfigPath) {
    state.overlays.append(
      .confirm(
        Confirm(
          purpose: .remove(path), title: "Remove \(named(path))?",
          options: ["remove it", "keep it"])))
  }

  mutating func removeService(_ index: Int, withMentions: Bool) {
    let name = state.builder.written(.service(index))?.name ?? ""
    apply(
      state.changes.removing(index, withMentions: withMentions), "remove the service \(name)")
  }
}
