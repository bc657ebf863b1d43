import IgniteModel
import IgniteSyntax

/// All that follows from a text at once: what it describes, what is wrong, who talks to whom.
struct Analysis: Sendable {
  /// The revision of the text.
  let revision: Int
  let loaded: LoadedArchitecture
  /// In the order of the text, errors first.
  let diagnostics: [Diagnostic]
  let graph: ArchitectureGraph
  /// With ports, protocols and ways of messaging worked out.
  let resolved: ResolvedArchitecture

  /// Reads a document; rules wait until the syntax is right, since half a file breaks many for no reason.
  init(_ document: Document, revision: Int, loader: ArchitectureLoader) {
    self.revision = revision
    loaded = loader.load(document)
    let isBroken = document.diagnostics.contains { $0.severity == .error }
    let index = ArchitectureIndex(loaded.architecture, document: document)
    let broken =
      isBroken ? [] : Rules.check(loaded.architecture, document: document)
    diagnostics = Self.sorted(loaded.diagnostics + broken)
    graph = ArchitectureGraph(index)
    resolved = ResolvedArchitecture(loaded.architecture)
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

  var errorCount: Int { diagnostics.count { $0.severity == .error } }
  var warningCount: Int { diagnostics.count { $0.severity == .warning } }
  var architecture: Architecture { loaded.architecture }
  var document: Document { loaded.document }
}
