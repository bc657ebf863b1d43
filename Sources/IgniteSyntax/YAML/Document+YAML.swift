extension Document {
  /// Reads a YAML text of one document: the core schema of YAML 1.2, duplicate keys refused, aliases
  /// bounded.
  static func parseYAML(_ source: Source, limits: DocumentLimits = .standard) -> Document {
    let empty = DocumentNode(.table([]), span: Span(0, 0))
    func document(_ root: DocumentNode, _ diagnostics: [Diagnostic]) -> Document {
      Document(source: source, format: .yaml, root: root, diagnostics: diagnostics)
    }
    guard source.bytes.count <= limits.bytes else {
      return document(empty, [limits.tooLarge(source)])
    }
    let encoding = source.encodingDiagnostics(limit: limits.diagnostics)
    guard encoding.isEmpty else { return document(empty, encoding) }
    let composer = YAMLComposer(source, limits: limits)
    var decoder = YAMLDecoder(limits: limits)
    let root = decoder.table(of: composer.root)
    let problems = (composer.problem.map { [$0] } ?? []) + decoder.diagnostics
    return document(root, problems.inReadingOrder())
  }
}
