import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax

/// Does what the reducer asks for: files at once, long work in the workshop, the rest at the terminal.
final class World {
  let workshop: Workshop
  private let homes: Homes
  private let journal: DraftJournal?
  private var stamp: FileStamp?
  private var watched: String?
  private let environment: [String: String]
  private var edited: String?

  init(_ workshop: Workshop, homes: Homes, environment: [String: String]) {
    self.environment = environment
    self.workshop = workshop
    self.homes = homes
    journal = homes.state.map { DraftJournal(folder: "\($0)/drafts") }
  }

  /// What the start page offers.
  var startFacts: StartFacts {
    guard let home = homes.state else { return StartFacts() }
    let drafts = DraftJournal.left(in: "\(home)/drafts").map { id, draft in
      StartFacts.Draft(
        id: id, title: draft.path ?? "a new architecture",
        summary: draft.count == 1 ? "1 change" : "\(draft.count) changes")
    }
    return StartFacts(recent: RecentFiles(folder: home).paths, drafts: drafts)
  }

  /// Does one thing and says what came of it at once.
  func run(_ effect: Effect, _ state: AppState) -> [Action] {
    switch effect {
    case .plan: plan(state)
    case .generate: generate(state)
    case .journal: if let session = state.session { keep(session) }
    case .forgetDraft: journal?.forget()
    case .keepDraft: journal?.leave()
    case .removeDraft(let id): OwnFile.remove(id)
    case .close: return close(state)
    case .open(let path): return open(whole(path))
    case .resume(let id): return resume(id)
    case .save(let path): return save(whole(path), state)
    case .theme(let id): remember(theme: id)
    case .complete(let text): return [.completed(PathCompletion(text, home: environment["HOME"]))]
    case .suspend, .redraw, .mouse, .copy, .editor, .quit, .showTheme, .judge: break
    }
    return []
  }

  /// A path with the person's home in place of `~`, as a shell would read it.
  private func whole(_ path: String) -> String {
    PathCompletion.expanded(path, home: environment["HOME"])
  }

  // MARK: Long work

  /// Works out what the text means.
  func judge(_ state: AppState) {
    if let reader = state.reader { workshop.judge(reader) }
  }

  private func plan(_ state: AppState) {
    guard state.session != nil else { return }
    let (analysis, choices, target) = (state.analysis, state.conflictChoices, Self.target(state))
    workshop.plan { planner, preview in
      PlanWork(
        analysis: analysis, planner: planner, preview: preview, target: target, choices: choices)
    }
  }

  private func generate(_ state: AppState) {
    let (analysis, choices, target) = (state.analysis, state.conflictChoices, Self.target(state))
    workshop.generate { planner, preview in
      PlanWork(
        analysis: analysis, planner: planner, preview: preview, target: target, choices: choices)
    }
  }

  /// The folder of the platform: the one of the config if it was generated there, else its name.
  static func target(_ state: AppState) -> String {
    if let target = state.target { return target }
    if let path = state.session?.path {
      let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
      if FileReader.exists("\(folder)/.allframe/manifest.json") { return folder }
    }
    let name = state.analysis.architecture.name.value
    return name.isEmpty ? "my-platform" : name
  }

  // MARK: Files

  private func open(_ path: String) -> [Action] {
    guard let format = ConfigFormat(path: path) else {
      return [.openFailed("\(path) is no config: the name ends in .toml, .yaml or .yml")]
    }
    do {
      let bytes = try FileReader.bytes(of: path)
      let document = Document.parse(Source(name: path, bytes: bytes), format: format)
      start(document, path: path, base: bytes)
      return [.open(document, path: path, savedBytes: bytes, route: .step(.services))]
        + draft(of: path)
    } catch {
      return [.openFailed("\(error)")]
    }
  }

  /// What an earlier run left of a file.
  private func draft(of path: String) -> [Action] {
    guard let home = homes.state else { return [] }
    let place = OwnFile.wholePath(path)
    let found = DraftJournal.left(in: "\(home)/drafts").first { $0.draft.path == place }
    return found.map { [.draftFound(id: $0.id, changes: $0.draft.count)] } ?? []
  }

  /// The first page again, where nothing would be lost.
  private func close(_ state: AppState) -> [Action] {
    guard !state.isUnsaved || journal?.isOpen != true else { return [] }
    journal?.leave()
    return [.closed(startFacts)]
  }

  private func resume(_ id: String) -> [Action] {
    guard let bytes = try? FileReader.bytes(of: id), let draft = DraftText(bytes) else {
      return [.openFailed("the draft cannot be read")]
    }
    let name = draft.path ?? "architecture.\(draft.format.rawValue)"
    let document = Document.parse(Source(name: name, bytes: draft.text), format: draft.format)
    start(document, path: draft.path, base: draft.base)
    journal?.add(draft.text)
    OwnFile.remove(id)
    return [
      .open(
        document, path: draft.path, savedBytes: draft.path == nil ? nil : draft.base,
        route: .step(.services))
    ] + changes(besides: draft)
  }

  /// The file may have been changed while the draft lay there.
  private func changes(besides draft: DraftText) -> [Action] {
    guard let path = draft.path, let now = try? FileReader.bytes(of: path), now != draft.base
    else { return [] }
    return [.changedOutside(now)]
  }

  private func start(_ document: Document, path: String?, base: [UInt8]) {
    watched = path
    stamp = path.flatMap(FileStamp.init)
    let place = path.map(OwnFile.wholePath)
    journal?.start(path: place, format: document.format, base: base)
    if let place, let home = homes.state { RecentFiles(folder: home).add(place) }
  }

  /// A text that came from nowhere begins its journal here, and so does one that a generation saved.
  private func keep(_ session: Session) {
    guard let journal else { return }
    let text = session.document.source.bytes
    if !journal.isOpen {
      let isUntouched = session.history.entries.isEmpty
      journal.start(
        path: session.path.map(OwnFile.wholePath), format: session.document.format,
        base: session.savedBytes ?? (isUntouched ? text : []))
    }
    journal.add(text)
  }

  private func save(_ path: String, _ state: AppState) -> [Action] {
    guard let session = state.session else { return [] }
    let disk = try? FileReader.bytes(of: path)
    if let disk, disk != session.savedBytes, disk != session.document.source.bytes {
      guard path == session.path else {
        return [.saveFailed("\(path) is there already; choose another name")]
      }
      return [.changedOutside(disk)]
    }
    do {
      let bytes = session.document.source.bytes
      try FileWriter.replace(path, with: bytes)
      start(session.document, path: path, base: bytes)
      return [.saved(path: path, bytes: bytes)]
    } catch {
      return [.saveFailed("\(error)")]
    }
  }

  /// Whether somebody else changed the open file since the last look.
  func look(_ state: AppState) -> [Action] {
    guard let path = state.session?.path else { return [] }
    let now = FileStamp(of: path)
    if path != watched {
      (watched, stamp) = (path, now)
      return []
    }
    guard now != stamp else { return [] }
    stamp = now
    guard let bytes = try? FileReader.bytes(of: path) else { return [] }
    return [.changedOutside(bytes)]
  }

  // MARK: The person's editor

  /// The command that opens the text in the person's editor; the text lies in a file of its own until then.
  func editorCommand(_ state: AppState, line: Int) -> [String]? {
    guard let session = state.session, let home = homes.state,
      let editor = environment["VISUAL"] ?? environment["EDITOR"], !editor.isEmpty
    else { return nil }
    let name = "edited.\(session.document.format.rawValue)"
    OwnFile.keep(session.document.source.text, in: home, as: name)
    edited = "\(home)/\(name)"
    let words = editor.split(separator: " ").map(String.init)
    let program = words[0].split(separator: "/").last.map(String.init) ?? ""
    let knowsLines = ["vi", "vim", "nvim", "nano", "emacs", "joe", "mcedit", "micro"]
    return words + (knowsLines.contains(program) ? ["+\(line)"] : []) + [edited ?? ""]
  }

  /// What the person left in the editor.
  func editedText() -> [UInt8]? {
    guard let path = edited else { return nil }
    edited = nil
    defer { OwnFile.remove(path) }
    return try? FileReader.bytes(of: path)
  }

  // MARK: The theme

  private func remember(theme: String) {
    if let home = homes.config { OwnFile.keep(theme + "\n", in: home, as: "theme") }
  }

  /// The person's own keys, with what is wrong with them.
  var keyMap: (map: KeyMap, problem: String?) {
    guard let path = homes.config.map({ "\($0)/keys.toml" }), FileReader.exists(path),
      let bytes = try? FileReader.bytes(of: path)
    else { return (.standard, nil) }
    let source = Source(name: path, bytes: bytes)
    let (map, diagnostics) = KeyMapFile.read(source)
    guard let first = diagnostics.first else { return (map, nil) }
    let line = first.primary.map { source.lineIndex(at: $0.span.start) + 1 } ?? 1
    return (map, "\(path):\(line): \(first.message); the keys are the usual ones")
  }

  /// The theme that was chosen last.
  var theme: String? {
    guard let home = homes.config, let text = OwnFile.text("\(home)/theme") else { return nil }
    return text.split(separator: "\n").first.map(String.init)
  }
}
