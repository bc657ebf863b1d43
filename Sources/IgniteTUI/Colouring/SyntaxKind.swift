/// What a stretch of a file is, for its colour.
enum SyntaxKind: String, Hashable, Sendable, CaseIterable {
  /// Anything else.
  case plain
  /// A word with a meaning in the language.
  case keyword
  /// The name of a type.
  case type
  /// The name of something that is called.
  case function
  /// A name to which a value belongs.
  case key
  /// A text.
  case string
  /// A number or a fixed value such as `true`.
  case number
  /// A remark for people.
  case comment
  /// Something said about what follows.
  case attribute
  /// A title.
  case heading
}

/// A stretch of one line and what it is.
struct SyntaxRun: Hashable, Sendable {
  /// The bytes of the line.
  var range: Range<Int>
  /// What they are.
  var kind: SyntaxKind

  /// Makes a run.
  init(_ range: Range<Int>, _ kind: SyntaxKind) {
    self.range = range
    self.kind = kind
  }
}
