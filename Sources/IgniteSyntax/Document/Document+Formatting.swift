extension Document {
  /// The document with its blanks, empty lines and indentation in order; values, comments and the
  /// order stay as they are. Of YAML only the line ends are put in order. A text with errors is refused.
  public func formatted() -> EditOutcome {
    guard !diagnostics.contains(where: { $0.severity == .error }) else {
      return .refused(.error("format-errors", "a text with errors is not formatted"))
    }
    let text =
      switch format {
      case .toml: TOMLFormatter(TOMLSyntax(source, recordsReferences: true)).formatted()
      case .yaml: YAMLFormatter(layout: YAMLLayout(source)).formatted()
      }
    let result = Document.parse(Source(name: source.name, bytes: text), format: format)
    let isSound = result.diagnostics.count <= diagnostics.count
    guard isSound, result.root.value.isSameTree(as: root.value) else {
      return .refused(.error("format-lossy", "formatting would change what the text says"))
    }
    return .edited(result)
  }
}
