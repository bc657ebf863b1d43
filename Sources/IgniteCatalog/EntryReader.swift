import IgniteModel
import IgniteSyntax

/// Reads what an `entry.toml` says of its entry.
struct EntryReader {
  private let document: Document
  private(set) var diagnostics: [Diagnostic]

  private static let known = [
    "title", "summary", "when", "requires", "provides", "executable", "options",
  ]
  /// The kinds whose use follows from a key of the config alone.
  private static let kindsWithVariables: [Entry.Kind] = [.archetype, .flags]
  private static let knownOfClouds = ["names", "regions", "sizes", "prefers", "data_per_region"]

  init(document: Document) {
    self.document = document
    let name = document.source.name
    diagnostics = document.diagnostics.map { $0.located(in: document.source, named: name) }
  }

  /// The entry with its files, whose paths are relative to its folder; absent when something is wrong.
  mutating func entry(kind: Entry.Kind, id: String, files: [CatalogFile]) -> Entry? {
    let variables = Self.kindsWithVariables.contains(kind) ? ["variables"] : []
    reportUnknownKeys(Self.known + variables + (kind == .cloud ? Self.knownOfClouds : []))
    let title = text("title", isRequired: true)
    let summary = text("summary", isRequired: true)
    let own = Self.below("files/", files)
    let entry = Entry(
      kind: kind, id: id, title: title ?? id, summary: summary ?? "",
      condition: text("when", isRequired: false), requires: texts("requires"),
      provides: texts("provides"), options: options(kind: kind, id: id),
      executables: executables(among: own),
      files: own, slots: Self.below("slots/", files), cloud: cloud(kind),
      variables: self.variables(), prices: prices(among: files, kind),
      example: files.first { $0.path == "example.toml" })
    reportStrayFiles(files)
    return diagnostics.isEmpty ? entry : nil
  }

  private static func below(_ folder: String, _ files: [CatalogFile]) -> [CatalogFile] {
    files.filter { $0.path.hasPrefix(folder) }
      .map { $0.moved(to: String($0.path.dropFirst(folder.count))) }
  }

  private mutating func reportStrayFiles(_ files: [CatalogFile]) {
    for file in files {
      let isKnown =
        ["entry.toml", "example.toml", "README.md", "prices.toml"].contains(file.path)
        || file.path.hasPrefix("files/") || file.path.hasPrefix("slots/")
      if !isKnown {
        report("`\(file.path)` has no place in an entry", at: Span(0, 0))
      }
    }
  }

  private mutating func reportUnknownKeys(_ known: [String]) {
    guard case .table(let members) = document.root.content else { return }
    for member in members where !known.contains(member.key) {
      report(
        "`\(member.key)` is no key of an entry; known are \(known.joined(separator: ", "))",
        at: member.keySpan)
    }
  }

  private mutating func text(_ key: String, isRequired: Bool) -> String? {
    guard let node = document.root.member(key)?.node else {
      if isRequired { report("`\(key)` is missing", at: Span(0, 0)) }
      return nil
    }
    guard case .string(let text) = node.content, !text.isEmpty else {
      report("`\(key)` must be a text", at: node.span)
      return nil
    }
    return text
  }

  private mutating func texts(_ key: String) -> [String] {
    guard let node = document.root.member(key)?.node else { return [] }
    guard case .array(let elements) = node.content else {
      report("`\(key)` must be a list of texts", at: node.span)
      return []
    }
    return elements.compactMap { element in
      if case .string(let text) = element.content { return text }
      report("`\(key)` must be a list of texts", at: element.span)
      return nil
    }
  }

  private mutating func executables(among files: [CatalogFile]) -> Set<String> {
    let outputs = Set(files.map { $0.path.withoutTemplateEnding })
    let named = texts("executable")
    for path in named where !outputs.contains(path) {
      report("`\(path)` is no file of the entry", at: Span(0, 0))
    }
    return Set(named)
  }

  private mutating func options(kind: Entry.Kind, id: String) -> [KeyDeclaration] {
    guard let node = document.root.member("options")?.node else { return [] }
    guard case .table(let members) = node.content else {
      report("`options` must be a table", at: node.span)
      return []
    }
    var problems: [(String, Span)] = []
    let declarations = members.compactMap { member in
      OptionReader(path: member.key, table: member.node) { problems.append(($0, $1)) }
        .declaration(archetype: kind == .archetype ? id : nil)
    }
    for (message, span) in problems { report(message, at: span) }
    return declarations
  }

  private mutating func variables() -> [VariableDeclaration] {
    var problems: [(String, Span)] = []
    let declared = VariableReader(root: document.root) { problems.append(($0, $1)) }.declarations()
    for (message, span) in problems { report(message, at: span) }
    return declared
  }

  private mutating func cloud(_ kind: Entry.Kind) -> CloudOffer? {
    guard kind == .cloud else { return nil }
    var problems: [(String, Span)] = []
    let offer = CloudReader(root: document.root) { problems.append(($0, $1)) }
      .offer(regions: texts("regions"))
    for (message, span) in problems { report(message, at: span) }
    return offer
  }

  private mutating func prices(among files: [CatalogFile], _ kind: Entry.Kind) -> PriceTable? {
    guard let file = files.first(where: { $0.path == "prices.toml" }) else { return nil }
    guard kind == .cloud else {
      report("only clouds have a `prices.toml`", at: Span(0, 0))
      return nil
    }
    let source = Source(name: document.source.name + ": prices.toml", bytes: file.bytes)
    let table = Document.parse(source, format: .toml)
    var problems = table.diagnostics
    let prices = PriceReader(root: table.root) {
      problems.append(Diagnostic.error("catalog-entry", $0, at: $1))
    }.table()
    diagnostics += problems.map { $0.located(in: source, named: source.name) }
    return prices
  }

  private mutating func report(_ message: String, at span: Span) {
    let diagnostic = Diagnostic.error("catalog-entry", message, at: span)
    diagnostics.append(diagnostic.located(in: document.source, named: document.source.name))
  }
}

extension String {
  /// The path without the `.tmpl` of templates.
  public var withoutTemplateEnding: String {
    hasSuffix(".tmpl") ? String(dropLast(5)) : self
  }
}

extension Diagnostic {
  /// The same fact with its place as a note, to be told outside the text it is about.
  func located(in source: Source, named name: String) -> Diagnostic {
    guard let span = primary?.span else { return self }
    let line = source.lineIndex(at: span.start)
    var diagnostic = self
    diagnostic.primary = nil
    diagnostic.secondary = []
    diagnostic.fixes = []
    diagnostic.notes.insert(
      "at \(name):\(line + 1):\(span.start - source.lineStarts[line] + 1)", at: 0)
    return diagnostic
  }
}
