/// Tells what the stretches of a text are, line by line.
struct SyntaxScanner: Sendable {
  /// What a line begins in.
  enum State: Hashable, Sendable {
    /// Between words.
    case code
    /// A text that began on an earlier line, by the number of its quotes.
    case quote(Int)
    /// A block of code in prose.
    case fence
  }

  private let language: SyntaxLanguage

  /// Makes a scanner for a language.
  init(_ language: SyntaxLanguage) { self.language = language }

  /// The runs of a line without its line end, in order and without plain ones, and the state after it.
  func runs(in line: ArraySlice<UInt8>, from state: inout State) -> [SyntaxRun] {
    if language.isMarkdown { return MarkdownScanner.runs(in: line, from: &state) }
    var line = SyntaxLine(language: language, bytes: Array(line))
    line.scan(from: &state)
    return line.runs
  }

  /// The states in which the lines begin.
  func states(of lines: [ArraySlice<UInt8>]) -> [State] {
    var state = State.code
    return lines.map { line in
      let start = state
      _ = runs(in: line, from: &state)
      return start
    }
  }
}
