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
    let rows = state.form.rows[min(state.cursor, max(state.form.rows.count - 1, 0))...]
    for row in rows {
      guard let deed = row.button?.deed else { continue }
      if case .addElement(let path) = deed { return promptForElement(path) }
      if case .addMember(let path) = deed { return promptForMember(path) }
    }
    say(.info, "there is nothing to add here")
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
            ? "A name, or name and type: total_cents i64, note string?, customer ref(Customer)."
            : "A name that no other has.")))
  }

  // MARK: Changing

  mutating func rename() {
    if let index = service, let name = state.builder.written(.service(index))?.name {
      return prompt(.renameService(index), "Rename \(name)", name)
    }
    let path = state.field?.path ?? openedPath
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

  mutating func renameService(_ index: Int, to name: String) {
    let old = state.builder.written(.service(index))?.name ?? ""
    apply(state.changes.renaming(index, to: name), "rename \(old) to \(name)")
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
