/// The versions of TOML that can be read.
public enum TOMLVersion: Sendable {
  /// TOML 1.0.0.
  case v1_0
  /// TOML 1.1.0, a superset of 1.0.
  case v1_1
}

/// What a TOML text consists of: tokens that tile it, statements, and a flat tree of values.
struct TOMLSyntax {
  let source: Source
  var tokens: [TOMLToken]
  var nodes: [TOMLNode]
  var statements: [TOMLStatement]
  /// Every written key part with its node, only when asked for.
  var references: [TOMLReference]
  /// The names of keys that are written with escapes.
  var decodedNames: [UInt8]
  var diagnostics: [Diagnostic]

  init(
    _ source: Source, version: TOMLVersion = .v1_1, limits: DocumentLimits = .standard,
    recordsReferences: Bool = false
  ) {
    guard source.bytes.count <= limits.bytes else {
      self.init(tooLarge: source, limits: limits)
      return
    }
    let parser = source.bytes.withUnsafeBufferPointer { bytes in
      var parser = TOMLParser(
        bytes, version: version, limits: limits, recordsReferences: recordsReferences)
      parser.diagnose(source.encodingDiagnostics(limit: limits.diagnostics))
      parser.parseDocument()
      return parser.output
    }
    self.init(source, parser)
  }

  private init(_ source: Source, _ parser: TOMLParser.Output) {
    self.source = source
    tokens = parser.tokens
    nodes = parser.nodes
    statements = parser.statements
    references = parser.references
    decodedNames = parser.decodedNames
    diagnostics = parser.diagnostics.inTextOrder
  }

  private init(tooLarge source: Source, limits: DocumentLimits) {
    var output = TOMLParser.Output()
    let size = Int32(clamping: source.bytes.count)
    output.tokens = [TOMLToken(start: 0, kind: .unreadable), TOMLToken(start: size, kind: .end)]
    output.nodes = [TOMLNode(.table, traits: .header, depth: 0, parent: -1, span: Span(0, 0))]
    output.diagnostics = [limits.tooLarge(source)]
    self.init(source, output)
  }
}
