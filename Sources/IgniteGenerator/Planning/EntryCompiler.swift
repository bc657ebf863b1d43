import IgniteCatalog
import IgniteSyntax

/// Reads and checks the templates of catalog entries.
struct EntryCompiler {
  private let vocabulary: Vocabulary
  private(set) var diagnostics: [Diagnostic] = []

  init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
  }

  /// The entries with their templates; what is wrong is reported and left out.
  mutating func compile(_ entries: [Entry]) -> [CompiledEntry] {
    var compiled = entries.map { compileFiles(of: $0) }
    let slots = slotsByName(compiled)
    for index in compiled.indices {
      compiled[index].fragments = compiled[index].entry.slots.compactMap {
        fragment($0, of: compiled[index].entry, slots)
      }
    }
    reportUnfilledFragmentSlots(compiled, slots)
    return compiled
  }

  private mutating func compileFiles(of entry: Entry) -> CompiledEntry {
    let condition = condition(of: entry)
    return CompiledEntry(
      entry: entry, condition: condition.condition, isPerService: condition.isPerService,
      files: entry.files.compactMap { file($0, of: entry) })
  }

  private mutating func file(_ file: CatalogFile, of entry: Entry) -> CompiledEntry.File? {
    let output = file.path.withoutTemplateEnding
    let origin = "\(entry.name)/files/\(file.path)"
    guard let path = path(output, origin) else { return nil }
    var content = CompiledEntry.Content.verbatim([])
    if output == file.path {
      content = .verbatim(file.bytes)
    } else {
      let source = Source(name: origin, bytes: file.bytes)
      guard let template = template(source, Language.of(path: output), path.scopes) else {
        return nil
      }
      content = .template(template)
    }
    return CompiledEntry.File(
      path: path, content: content, isExecutable: entry.executables.contains(output), origin: origin
    )
  }

  private mutating func path(_ text: String, _ origin: String) -> OutputPath? {
    switch OutputPath.read(text, vocabulary) {
    case .success(let path): return path
    case .failure(let refusal):
      diagnostics.append(
        TemplateSite(file: origin, line: 1, column: 1)
          .error("template-path", refusal.reason))
      return nil
    }
  }

  private mutating func template(
    _ source: Source, _ language: Language, _ scopes: [Int]
  ) -> Template? {
    let names = ([0] + scopes).map { vocabulary.scopes[$0].name }
    let compiled = Template.compile(
      source, language: language, vocabulary: vocabulary, scopes: names)
    diagnostics += compiled.diagnostics
    return compiled.template
  }
}

extension EntryCompiler {
  private typealias SlotLanguages = [String: Set<Language>]

  private func slotsByName(_ entries: [CompiledEntry]) -> SlotLanguages {
    var languages: SlotLanguages = [:]
    for case .template(let template) in entries.flatMap(\.files).map(\.content) {
      for slot in template.slots { languages[slot.name, default: []].insert(slot.language) }
    }
    return languages
  }

  /// Fragments stand at `slots/<scope>/…/NAME.ENDING.tmpl`; the slot gives them their language.
  private mutating func fragment(
    _ file: CatalogFile, of entry: Entry, _ slots: SlotLanguages
  ) -> CompiledEntry.Fragment? {
    let origin = "\(entry.name)/slots/\(file.path)"
    guard let path = path(file.path, origin) else { return nil }
    let last = file.path.split(separator: "/").last ?? ""
    let slot = String(last.prefix { $0 != "." })
    guard let languages = slots[slot], let language = languages.first else {
      let known = slots.keys.sorted().joined(separator: ", ")
      report(origin, "no file has a slot `\(slot)`; there are \(known)")
      return nil
    }
    guard languages.count == 1 else {
      report(origin, "slot `\(slot)` is in files of several languages")
      return nil
    }
    let source = Source(name: origin, bytes: file.bytes)
    return template(source, language, path.scopes).map {
      CompiledEntry.Fragment(slot: slot, scopes: path.scopes, template: $0)
    }
  }

  /// Slots inside fragments must be slots of files too, so that their fragments were checked.
  private mutating func reportUnfilledFragmentSlots(
    _ entries: [CompiledEntry], _ slots: SlotLanguages
  ) {
    for slot in entries.flatMap(\.fragments).flatMap(\.template.slots)
    where slots[slot.name] != [slot.language] {
      diagnostics.append(slot.site.error("template-slot", "slot `\(slot.name)` is in no file"))
    }
  }

  private mutating func condition(
    of entry: Entry
  ) -> (condition: TemplateCondition, isPerService: Bool) {
    guard let text = entry.condition ?? Self.condition(of: entry.kind, entry.id) else {
      return (.always, false)
    }
    let isPerService = text.contains("service.")
    let source = Source(name: "\(entry.name)/entry.toml", text: text)
    var compiler = TemplateCompiler(
      source: source, language: .plain, vocabulary: vocabulary,
      scopes: isPerService ? ["platform", "service"] : ["platform"])
    let condition = compiler.compileCondition()
    diagnostics += compiler.diagnostics
    return (condition ?? .always, isPerService)
  }

  /// When entries of a kind are used, unless they say otherwise.
  private static func condition(of kind: Entry.Kind, _ id: String) -> String? {
    switch kind {
    case .archetype: "service.type == \"\(id)\""
    case .protocol: "service.protocols has \"\(id)\""
    case .messaging: "service.messaging == \"\(id)\""
    case .store: "service.stores has \"\(id)\""
    case .bus: "platform.buses has \"\(id)\""
    case .cache: "platform.caches has \"\(id)\""
    case .cloud: "platform.clouds has \"\(id)\""
    case .flags: "platform.settings.feature_flags.provider == \"\(id)\""
    case .tenancy: "platform.isolation == \"\(id)\""
    case .platform, .quality, .document: nil
    }
  }

  private mutating func report(_ origin: String, _ message: String) {
    diagnostics.append(
      TemplateSite(file: origin, line: 1, column: 1).error("template-slot", message))
  }
}
