import IgniteModel
import IgniteSyntax

/// All that follows from a text: what it describes, what is wrong, who talks to whom.
///
/// What it describes is known at once; the rest of a change may be worked out behind its frame, and is
/// that of the text before until then.
struct Analysis: Sendable {
  /// The revision of the text.
  let revision: Int
  let loaded: LoadedArchitecture
  /// In the order of the text, errors first.
  private(set) var diagnostics: [Diagnostic]
  private(set) var graph: GraphContent
  /// With ports, protocols and ways of messaging worked out.
  private(set) var resolved: ResolvedArchitecture
  /// The revision of the text that the rules, the graph and what is resolved belong to.
  private(set) var judgedRevision: Int
  /// What the rules found.
  private var judgements: [Diagnostic]

  /// Reads a document; rules wait until the syntax is right, since half a file breaks many for no reason.
  init(_ document: Document, revision: Int, loader: ArchitectureLoader) {
    self.revision = revision
    loaded = loader.load(document)
    judgedRevision = revision
    (graph, resolved, judgements) = Self.judged(loaded)
    diagnostics = Self.sorted(loaded.diagnostics + judgements)
  }

  /// Reads a document after a change and leaves the rest for `judge`: what was found about other places
  /// stays in its place.
  init(_ document: Document, revision: Int, loader: ArchitectureLoader, after last: Analysis) {
    let change = TextChange(
      from: last.document.source.bytes, to: document.source.bytes)
    self.revision = revision
    loaded = loader.load(document)
    judgedRevision = last.judgedRevision
    (graph, resolved) = (last.graph, last.resolved)
    judgements = last.judgements.compactMap { $0.moved(by: change) }
    diagnostics = Self.sorted(loaded.diagnostics + judgements)
  }

  /// Whether everything belongs to this text.
  var isJudged: Bool { judgedRevision == revision }

  /// Works out what was left.
  mutating func judge() {
    guard !isJudged else { return }
    judgedRevision = revision
    (graph, resolved, judgements) = Self.judged(loaded)
    diagnostics = Self.sorted(loaded.diagnostics + judgements)
  }

  private static func judged(
    _ loaded: LoadedArchitecture
  ) -> (GraphContent, ResolvedArchitecture, [Diagnostic]) {
    let document = loaded.document
    let isBroken = document.diagnostics.contains { $0.severity == .error }
    let index = ArchitectureIndex(loaded.architecture, document: document)
    let found = isBroken ? [] : Rules.check(loaded.architecture, document: document)
    return (
      GraphContent(index, of: loaded.architecture), ResolvedArchitecture(loaded.architecture), found
    )
  }

  private static func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    let ranked = diagnostics.enumerated().map { (rank($0.element), $0.offset, $0.element) }
    return ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
  }

  private static func rank(_ diagnostic: Diagnostic) -> Int {
    let severity =
      switch diagnostic.severity {
      case .error: 0
      case .warning: 1
      case .note: 2
      }
    let place = diagnostic.primary?.span.start ?? 0
    return severity << 40 + min(place, 1 << 39)
  }

  /// Tells what is shown from what would be shown after `judge`.
  var stamp: Int { revision * 2 + (isJudged ? 1 : 0) }
  var errorCount: Int { diagnostics.count { $0.severity == .error } }
  var warningCount: Int { diagnostics.count { $0.severity == .warning } }
  var architecture: Architecture { loaded.architecture }
  var document: Document { loaded.document }
}

extension Diagnostic {
  /// The same about the text after a change; nothing where its place is what changed.
  fileprivate func moved(by change: TextChange) -> Diagnostic? {
    var moved = self
    if let label = primary {
      guard let span = label.span.moved(by: change) else { return nil }
      moved.primary?.span = span
    }
    for (number, label) in secondary.enumerated() {
      guard let span = label.span.moved(by: change) else { return nil }
      moved.secondary[number].span = span
    }
    return moved
  }
}

extension Span {
  fileprivate func moved(by change: TextChange) -> Span? {
    if end <= change.offset { return self }
    guard start >= change.offset + change.removed.count else { return nil }
    let distance = change.inserted.count - change.removed.count
    return Span(start + distance, end + distance)
  }
}
