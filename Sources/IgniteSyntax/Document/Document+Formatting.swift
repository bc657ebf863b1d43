extension Document {
  /// The document with its blanks, empty lines and indentation in order; values, comments and the
  /// order stay as they are. A text with errors, or one that is not TOML, is refused.
  public func formatted() -> EditOutcome {
    guard diagnostics.isEmpty else {
      return .refused(.error("format-errors", "a text with errors is not formatted"))
    }
    guard format == .toml else {
      return .refused(.error("format-language", "only TOML is formatted"))
    }
    let text = TOMLFormatter(TOMLSyntax(source, recordsReferences: true)).formatted()
    let result = Document.parse(Source(name: source.name, bytes: text), format: format)
    guard result.diagnostics.isEmpty, result.root.value.isSameTree(as: root.value) else {
      return .refused(.error("format-lossy", "formatting would change what the text says"))
    }
    return .edited(result)
  }
}
