/// A config text and what it says: the text is the only truth, the rest is derived from it.
public struct Document: Sendable {
  /// The text.
  public let source: Source
  /// Its language.
  public let format: ConfigFormat
  /// The table that the text describes, as far as it could be read.
  public let root: DocumentNode
  /// What is wrong with the syntax; the root holds what could be read in spite of it.
  public let diagnostics: [Diagnostic]
  /// What the root says without its places, where an edit has worked it out: the next one needs it again.
  let editedValue: ConfigValue?

  /// Makes a document of what a parser found.
  public init(
    source: Source, format: ConfigFormat, root: DocumentNode, diagnostics: [Diagnostic]
  ) {
    self.source = source
    self.format = format
    self.root = root
    self.diagnostics = diagnostics
    editedValue = nil
  }

  /// The same document with what it says.
  init(_ document: Document, saying value: ConfigValue) {
    source = document.source
    format = document.format
    root = document.root
    diagnostics = document.diagnostics
    editedValue = value
  }
}

/// What came of an edit.
public enum EditOutcome: Sendable {
  /// The document after the edit; bytes outside the edit are the same.
  case edited(Document)
  /// Why the edit cannot be made without loss; the document stays as it was.
  case refused(Diagnostic)
}
