import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax

/// What the start page offers besides the catalog's starters.
struct StartFacts: Hashable, Sendable {
  /// A config that was open when the program ended without saving.
  struct Draft: Hashable, Sendable {
    var id: String
    var title: String
    var summary: String
  }

  var recent: [String] = []
  var drafts: [Draft] = []
}

/// Makes whole pages.
struct PageBuilder {
  let forms: FormBuilder
  let start: StartFacts
  let plan: PlanState

  /// The page of a route.
  func form(for route: Route) -> Form {
    switch route {
    case .start: startPage
    case .step(let id): stepPage(WizardStep.step(id))
    case .table(let path): tablePage(path)
    }
  }

  // MARK: Start

  private var startPage: Form {
    var rows: [FormRow] = []
    if !start.drafts.isEmpty {
      rows.append(.heading("Not saved when the program ended", note: ""))
      rows += start.drafts.map { draft in
        .button(
          FormButton(
            id: "draft:\(draft.id)", title: "Resume \(draft.title)", summary: draft.summary,
            deed: .resume(draft.id)))
      }
    }
    rows.append(.heading("New", note: ""))
    rows.append(
      .button(
        FormButton(
          id: "new", title: "Start from nothing",
          summary: "A name, then one service after the other.", deed: .startEmpty)))
    rows += forms.catalog.starters.map { starter in
      .button(
        FormButton(
          id: "starter:\(starter.id)", title: "Start from \(starter.id)", summary: starter.summary,
          deed: .startFrom(starter.id)))
    }
    return Form(
      title: "AllFrame Ignite", lead: "Design a platform and see every file before it is written.",
      rows: rows + openRows)
  }

  private var openRows: [FormRow] {
    [.heading("Open", note: "")]
      + start.recent.map { path in
        .button(
          FormButton(id: "recent:\(path)", title: path, summary: "", deed: .openFile(path)))
      }
      + [
        .button(
          FormButton(
            id: "open", title: "Open a file…", summary: "An architecture.toml or .yaml.",
            deed: .askForFile))
      ]
  }

  // MARK: Steps

  private func stepPage(_ step: WizardStep) -> Form {
    var rows: [FormRow]
    switch step.id {
    case .services: rows = serviceRows
    case .review: rows = reviewRows
    case .generate: rows = generateRows
    default: rows = questionRows(step)
    }
    if let next = step.next {
      rows.append(.heading("", note: ""))
      rows.append(
        .button(
          FormButton(
            id: "next", title: "Continue: \(next.title)", summary: next.question,
            deed: .open(.step(next.id)))))
    }
    return Form(title: step.title, lead: step.question, rows: rows)
  }

  private func questionRows(_ step: WizardStep) -> [FormRow] {
    var rows = step.keys.flatMap { forms.platformRows($0) }
    for service in forms.architecture.services { rows += serviceRows(service, step) }
    if forms.reach.keys == nil {
      rows.append(.text("Finding out which further answers matter…"))
    } else if rows.isEmpty {
      rows = [.text(Self.nothing(step))]
    }
    return rows
  }

  /// What a step asks of one service; where it asks of several things, each says what it is about.
  private func serviceRows(_ service: Service, _ step: WizardStep) -> [FormRow] {
    step.serviceKeys.flatMap { key -> [FormRow] in
      let path = service.path.appending(key)
      let rows = forms.rows(at: path)
      guard !rows.isEmpty else { return [] }
      let title = Naming.sentence(key)
      let help = forms.schema.declaration(at: path)?.help ?? ""
      let note = step.serviceKeys.count > 1 ? "\(title): \(help)" : service.type.value
      return [.heading(service.name.value, note: note)] + rows
    }
  }

  private static func nothing(_ step: WizardStep) -> String {
    let tables = step.keys.map { "[\($0)]" }.joined(separator: " and ")
    return "Nothing to decide here: no answer in \(tables) changes what is generated from this "
      + "architecture."
  }

  private var serviceRows: [FormRow] {
    let services = forms.architecture.services
    let rows = services.map { service in FormRow.button(button(for: service)) }
    let empty: [FormRow] =
      services.isEmpty ? [.text("No service yet. Each one becomes a program of its own.")] : []
    let adder = FormButton(
      id: "add-service", title: "+ add a service", summary: "Choose its type, then its name.",
      deed: .addService)
    return empty + rows + [.button(adder)]
  }

  private func button(for service: Service) -> FormButton {
    FormButton(
      id: "open:\(service.path)", title: service.name.value, summary: Self.summary(of: service),
      marks: FormBuilder.marks(forms.problems(in: service.path)),
      deed: .open(.table(service.path)))
  }

  static func summary(of service: Service) -> String {
    var parts = [service.type.value]
    if !service.entities.isEmpty {
      parts.append(service.entities.map(\.name.value).joined(separator: ", "))
    }
    if !service.calls.isEmpty {
      parts.append("calls \(service.calls.map(\.value).joined(separator: ", "))")
    }
    if !service.publishes.isEmpty { parts.append("publishes \(service.publishes.count)") }
    if !service.consumes.isEmpty { parts.append("consumes \(service.consumes.count)") }
    return parts.joined(separator: " · ")
  }

  // MARK: Tables

  private func tablePage(_ path: ConfigPath) -> Form {
    let name = forms.written(path)?.name
    var title = name ?? path.description
    if name == nil, case .key(let key)? = path.last { title = key }
    return Form(title: title, lead: lead(of: path), rows: forms.tableRows(at: path))
  }

  private func lead(of path: ConfigPath) -> String {
    if let index = path.serviceIndex, path.components.count == 2,
      let service = forms.architecture.services.first(where: { $0.path == .service(index) })
    {
      return forms.catalog.entry(.archetype, service.type.value)?.summary ?? ""
    }
    return forms.schema.declaration(at: path)?.help ?? ""
  }

  // MARK: Review and generate

  private var reviewRows: [FormRow] {
    let analysis = forms.analysis
    let services = analysis.architecture.services
    let entities = services.reduce(0) { $0 + $1.entities.count }
    let events = Set(services.flatMap { $0.publishes.map(\.value) }).count
    var rows: [FormRow] = [
      .text(
        "\(analysis.architecture.name.value): \(Self.count(services.count, "service", "services")), "
          + "\(Self.count(entities, "entity", "entities")), "
          + "\(Self.count(events, "event", "events")).")
    ]
    rows += planRows
    let found = Findings(analysis, plan).all
    rows.append(.heading(found.isEmpty ? "No problems" : "Problems", note: ""))
    rows += found.map { .text("\($0.severity.rawValue): \($0.message)") }
    return rows
  }

  private static func count(_ number: Int, _ one: String, _ many: String) -> String {
    "\(number) \(number == 1 ? one : many)"
  }

  private var planRows: [FormRow] {
    guard let changes = plan.changeSet else {
      return plan.isRunning ? [.text("Working out the files…")] : []
    }
    let counts: [(Int, String)] = [
      (changes.count(.create), "new"), (changes.count(.update), "changed"),
      (changes.count(.merged), "merged with your changes"),
      (changes.count(.unchanged), "same as on the disk"),
      (changes.count(.kept), "kept as you changed them"),
      (changes.openConflicts.count, "in conflict"), (changes.count(.orphaned), "no longer needed"),
    ]
    let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let place = plan.target.map { " below \($0)" } ?? ""
    return [
      .text("Files\(place): " + (parts.isEmpty ? "none" : parts.joined(separator: ", ")) + ".")
    ]
  }

  /// An error with what it is about and the ways out of it.
  private func errorRows(_ error: Diagnostic) -> [FormRow] {
    [.text("error: \(error.message)")] + error.notes.map { .text("  \($0)") }
      + error.fixes.map { fix in
        .button(
          FormButton(
            id: "fix:\(error.message):\(fix.title)", title: "Mend: \(fix.title)",
            deed: .apply(fix.title, fix.edits)))
      }
  }

  private var generateRows: [FormRow] {
    var rows = planRows
    let errors = Findings(forms.analysis, plan).errors
    if !errors.isEmpty {
      rows.append(.text("Before anything can be written, this must be mended:"))
      rows += errors.flatMap(errorRows)
    }
    let conflicts = plan.changeSet?.openConflicts ?? []
    for conflict in conflicts {
      rows.append(.text("in conflict: \(conflict.path): \(conflict.reason)"))
    }
    rows.append(
      .button(
        FormButton(
          id: "generate", title: "Write the platform", summary: "Nothing is written before.",
          whyNot: errors.isEmpty ? nil : "there are errors", deed: .generate)))
    rows.append(
      .button(
        FormButton(
          id: "save", title: "Save the config only", summary: "The text as it is.", deed: .save)))
    return rows
  }
}
