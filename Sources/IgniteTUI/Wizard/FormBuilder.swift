import IgniteCatalog
import IgniteModel
import IgniteSyntax

/// Makes the questions of a page from the declared keys: a new key needs no code here.
struct FormBuilder {
  let catalog: Catalog
  let reach: Reach
  let analysis: Analysis

  var architecture: Architecture { analysis.architecture }
  var schema: Schema { analysis.loaded.schema }
  private var choices: ChoiceSource {
    ChoiceSource(catalog: catalog, architecture: architecture)
  }

  // MARK: Tables

  /// The questions of the table at a path: a service, an entity, a job.
  func tableRows(at path: ConfigPath) -> [FormRow] {
    guard let node = schema.node(at: path) else { return [] }
    return rows(of: node, at: path)
  }

  /// The rows of everything below a node: first its own questions, then the lists of things below it, then
  /// its tables, those first that only services of this type have.
  private func rows(of node: SchemaNode, at path: ConfigPath) -> [FormRow] {
    let asked = node.memberNames.compactMap { name in node.members[name].map { (name, $0) } }
      .filter { isAsked($0.1, at: path) }
    var rows: [FormRow] = []
    for (name, member) in asked where isLeaf(member) {
      rows.append(contentsOf: fields(member.declaration, at: path.appending(name)))
    }
    let below = asked.filter { !isLeaf($0.1) }
    for (name, member) in below.sorted(by: { rank($0.1) < rank($1.1) }) {
      rows += section(member, at: path.appending(name))
    }
    return rows + (node.anyMember.map { memberRows($0, at: path, node) } ?? [])
  }

  private func rank(_ node: SchemaNode) -> Int {
    if isList(node) { return 0 }
    return node.declaration?.archetypes.isEmpty == false ? 1 : 2
  }

  private func isList(_ node: SchemaNode) -> Bool { node.element?.isBranch == true }

  private func isLeaf(_ node: SchemaNode) -> Bool {
    !node.isBranch && !isList(node)
  }

  private func fields(_ declaration: KeyDeclaration?, at path: ConfigPath) -> [FormRow] {
    declaration.map { [.field(field($0, at: path))] } ?? []
  }

  /// A table or a list of tables, under a heading of its own.
  private func section(_ node: SchemaNode, at path: ConfigPath) -> [FormRow] {
    let rows =
      if let element = node.element, isList(node) {
        elementRows(at: path, element)
      } else {
        self.rows(of: node, at: path)
      }
    guard !rows.isEmpty else { return [] }
    return [.heading(title(of: path), note: node.declaration?.help ?? "")] + rows
  }

  private func title(of path: ConfigPath) -> String {
    let names = path.components.compactMap { if case .key(let key) = $0 { key } else { nil } }
    let own = names.drop { $0 == "services" || $0 == "environments" }
    return own.last.map { Naming.sentence($0) } ?? ""
  }

  /// The elements of a list of tables, each with a page of its own.
  private func elementRows(at path: ConfigPath, _ element: SchemaNode) -> [FormRow] {
    guard case .array(let nodes)? = written(path)?.content else {
      return [adder(path, isList: true)]
    }
    let rows = nodes.enumerated().map { index, node in
      opener(path.appending(index), node, title: node.name ?? "number \(index + 1)")
    }
    return rows + [adder(path, isList: true)]
  }

  /// Members by any name: values in place, tables on pages of their own.
  private func memberRows(
    _ member: SchemaNode, at path: ConfigPath, _ parent: SchemaNode
  ) -> [FormRow] {
    if let words = fixedNames(of: member, at: path) {
      return words.flatMap { fields(member.declaration, at: path.appending($0)) }
    }
    var rows: [FormRow] = []
    if case .table(let members)? = written(path)?.content {
      for written in members where parent.members[written.key] == nil {
        let place = path.appending(written.key)
        rows +=
          member.isBranch
          ? [opener(place, written.node, title: written.key)]
          : fields(member.declaration, at: place)
      }
    }
    return rows + [adder(path, isList: false)]
  }

  /// The names that members can have where there are only a few, such as the protocols of ports, the
  /// events of a service, or what the list beside the table names.
  private func fixedNames(of member: SchemaNode, at path: ConfigPath) -> [String]? {
    if case .anyKey("event")? = member.declaration?.path.components.last,
      let service = choices.owner(of: path)
    {
      // What every service has is about the events it owns, the table of a type about those it hears.
      let isOwn = path.components.count == service.path.components.count + 1
      let events = (isOwn ? service.publishes : service.consumes).map(\.value)
      return events + writtenNames(at: path).filter { !events.contains($0) }
    }
    if let names = neighbours(of: member, at: path) { return names }
    guard case .choice(let words)? = member.declaration?.nameKind, !member.isBranch else {
      return nil
    }
    guard let service = choices.owner(of: path), path.last == .key("ports") else { return words }
    let spoken = Set(service.protocols.map(\.value) + service.ports.map(\.protocolID))
    return words.filter { spoken.contains($0) || (spoken.isEmpty && $0 == "rest") }
  }

  /// What the list beside a table names, where the members stand for its elements: `providers` for
  /// `auth.<provider>`.
  private func neighbours(of member: SchemaNode, at path: ConfigPath) -> [String]? {
    guard !member.isBranch, case .anyKey(let name)? = member.declaration?.path.components.last,
      case .list? = schema.node(at: path.parent)?.members["\(name)s"]?.declaration?.kind
    else { return nil }
    let listed = written(path.parent.appending("\(name)s"))?.value.texts ?? []
    return listed + writtenNames(at: path).filter { !listed.contains($0) }
  }

  private func writtenNames(at path: ConfigPath) -> [String] {
    guard case .table(let members)? = written(path)?.content else { return [] }
    return members.map(\.key)
  }

  private func opener(_ path: ConfigPath, _ node: DocumentNode, title: String) -> FormRow {
    let problems = problems(in: path)
    return .button(
      FormButton(
        id: "open:\(path)", title: title, summary: node.summary, marks: Self.marks(problems),
        deed: .open(.table(path))))
  }

  private func adder(_ path: ConfigPath, isList: Bool) -> FormRow {
    let noun = Naming.singular(of: path)
    return .button(
      FormButton(
        id: "add:\(path)", title: "+ add \(noun)",
        deed: isList ? .addElement(path) : .addMember(path)))
  }

  static func marks(_ problems: [Diagnostic]) -> [String] {
    let errors = problems.count { $0.severity == .error }
    if errors > 0 { return [errors == 1 ? "1 error" : "\(errors) errors"] }
    return problems.isEmpty ? [] : [problems.count == 1 ? "1 hint" : "\(problems.count) hints"]
  }

  // MARK: What is asked

  private var clouds: [String] {
    let settings = architecture.settings
    return [settings.string("cloud.primary")?.value].compactMap { $0 }
      + settings.strings("cloud.targets").map(\.value)
  }

  /// Whether a key has a question: it changes something, or something below it does.
  func isAsked(_ node: SchemaNode, at path: ConfigPath) -> Bool {
    guard let declaration = node.declaration else { return node.isBranch }
    guard declaration.shorthandFor == nil else { return false }
    let type = choices.owner(of: path)?.type.value
    if declaration.path.isBelowService, let type, !declaration.isKey(of: type) { return false }
    if isOfUnspokenProtocol(path) || isSwitchedOff(declaration, at: path) { return false }
    guard node.isBranch || declaration.kind == .table else {
      return reach.contains(declaration, archetype: type, clouds: clouds)
    }
    if node.anyMember != nil || node.element != nil { return hasAskedKind(declaration) }
    return node.memberNames.contains { node.members[$0].map { isAsked($0, at: path) } ?? false }
  }

  /// Whether a key changes nothing because none of its switches is on; what is written stays in view.
  private func isSwitchedOff(_ declaration: KeyDeclaration, at path: ConfigPath) -> Bool {
    guard !declaration.switches.isEmpty, case .key(let key)? = declaration.path.components.last,
      written(path.appending(key)) == nil
    else { return false }
    return !declaration.switches.contains {
      architecture.settings.boolean($0.description)?.value == true
    }
  }

  /// Whether a path leads into the table of a protocol that its service does not speak.
  private func isOfUnspokenProtocol(_ path: ConfigPath) -> Bool {
    guard let service = choices.owner(of: path), path.components.count > 2,
      case .key(let name) = path.components[2], catalog.entry(.protocol, name) != nil,
      written(.service(path.serviceIndex ?? 0).appending(name)) == nil,
      let resolved = analysis.resolved.services.first(where: { $0.service.path == service.path })
    else { return false }
    return !resolved.protocols.contains(name)
  }

  private func hasAskedKind(_ declaration: KeyDeclaration) -> Bool {
    declaration.path.isBelowService
  }

  /// The questions of the keys at and below a dotted path of the platform.
  func platformRows(_ key: String) -> [FormRow] {
    let path = ConfigPath(key.split(separator: ".").map { .key(String($0)) })
    return rows(at: path, headed: path.components.count == 1)
  }

  /// The questions at one path: a single key or a table.
  func rows(at path: ConfigPath, headed: Bool = false) -> [FormRow] {
    guard let node = schema.node(at: path),
      isAsked(node, at: path.parent) || node.declaration == nil
    else { return [] }
    if isLeaf(node) { return fields(node.declaration, at: path) }
    return rows(of: node, at: path)
  }

  // MARK: Fields

  /// The question of one key.
  func field(_ declaration: KeyDeclaration, at path: ConfigPath) -> FormField {
    let node = written(path)
    let counted = counted(path)
    let fallback = fallback(declaration, path)
    let value = counted?.value ?? node?.value ?? declaration.defaultValue
    return FormField(
      path: path, label: label(of: declaration, path), help: declaration.help,
      control: choices.control(for: declaration, at: path, value: node?.value ?? value),
      value: node?.value, valueText: shown(node?.value, value, fallback),
      defaultText: fallback, example: declaration.example?.line, unit: declaration.unit,
      origin: origin(counted?.provenance, isWritten: node != nil),
      problems: problems(in: path), isRequired: declaration.isRequired)
  }

  /// What is written, else what counts, else what would be worked out.
  private func shown(
    _ written: ConfigValue?, _ counted: ConfigValue?, _ fallback: String?
  ) -> String {
    if let written { return written.line }
    if let line = counted?.line, !line.isEmpty { return line }
    return fallback ?? ""
  }

  private func label(of declaration: KeyDeclaration, _ path: ConfigPath) -> String {
    guard case .key(let key)? = path.last else { return "" }
    if case .anyKey? = declaration.path.components.last { return key }
    return Naming.sentence(key)
  }

  /// The node that the file has at a path.
  func written(_ path: ConfigPath) -> DocumentNode? { analysis.document.root.node(at: path) }

  /// The value that counts, from wherever it comes.
  private func counted(_ path: ConfigPath) -> Sourced<ConfigValue>? {
    guard let service = choices.owner(of: path) else {
      return architecture.settings[path.dotted]
    }
    return service.settings[path.dropping(service.path.components.count).dotted]
  }

  private func fallback(_ declaration: KeyDeclaration, _ path: ConfigPath) -> String? {
    if let parent = declaration.inherits {
      return architecture.settings[parent.description]?.value.line
    }
    return resolved(path) ?? declaration.defaultValue?.line
  }

  /// What is worked out for a service where nothing is written.
  private func resolved(_ path: ConfigPath) -> String? {
    guard let index = path.serviceIndex,
      let service = analysis.resolved.services.first(where: { $0.service.path == .service(index) })
    else { return nil }
    switch path.dropping(2).dotted {
    case "protocols": return service.protocols.joined(separator: ", ")
    case "messaging.pattern": return service.messaging.pattern
    case "cloud.runtime": return service.runtime
    default: return resolvedPort(path, of: service)
    }
  }

  private func resolvedPort(_ path: ConfigPath, of service: ResolvedService) -> String? {
    guard case .key(let name)? = path.last, path.parent.last == .key("ports") else { return nil }
    return service.ports.first { $0.protocolID == name }.map { "\($0.number)" }
  }

  private func origin(_ provenance: Provenance?, isWritten: Bool) -> String {
    switch provenance {
    case .overlay(let environment, _)?: "overlay \(environment)"
    case .environment(let variable, _)?: "from ${\(variable)}"
    case .flag?: "--set"
    case .derived(let reason)?: reason
    case .file?: isWritten ? "written" : "inherited"
    case .declaredDefault?, nil: isWritten ? "written" : "default"
    }
  }

  // MARK: Problems

  /// What is wrong at or below a path.
  func problems(in path: ConfigPath) -> [Diagnostic] {
    let area = analysis.area(of: path)
    return analysis.diagnostics.filter { diagnostic in
      if diagnostic.fixes.first?.edits.first?.path == path { return true }
      guard let area, let span = diagnostic.primary?.span else { return false }
      return area.contains(span.start)
    }
  }
}

extension Array {
  /// The element at a place, if there is one.
  subscript(safe place: Int) -> Element? { indices.contains(place) ? self[place] : nil }
}
