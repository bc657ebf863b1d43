/// Writes the tokens of a sound TOML text again with orderly blanks between them.
struct TOMLFormatter {
  private let layout: TOMLLayout
  /// Where a header begins, the comments that belong to it included.
  private let headerStarts: Set<Int>
  private var output: [UInt8] = []
  private var brackets: [Bracket] = []
  /// The blanks before the first byte of the line that is written.
  private var indentation = ""
  private var newlines = 0
  private var blanks = ""
  private var previous: TOMLToken.Kind?
  private var line = Line.other

  /// What kind of line was written last.
  private enum Line { case header, other }

  /// An open bracket and the indentation of the line it stands on.
  private struct Bracket {
    let kind: TOMLToken.Kind
    let indentation: String
  }

  init(_ syntax: TOMLSyntax) {
    let layout = TOMLLayout(syntax)
    self.layout = layout
    headerStarts = Set(
      layout.sections.dropFirst().map { layout.contentStart(layout.ownStart(of: $0.header)) })
  }

  /// The text in order.
  func formatted() -> [UInt8] {
    var writer = self
    let tokens = layout.syntax.tokens
    for (token, next) in zip(tokens, tokens.dropFirst()) {
      writer.write(token, Span(Int(token.start), Int(next.start)))
    }
    if writer.previous != nil { writer.output += layout.lineEnd.utf8 }
    return writer.output
  }

  private mutating func write(_ token: TOMLToken, _ span: Span) {
    switch token.kind {
    case .byteOrderMark: output += layout.bytes[span.start..<span.end]
    case .blank: blanks = layout.text(span)
    case .newline:
      newlines += 1
      blanks = ""
    default:
      if newlines > 0 || previous == nil { startLine(token.kind, at: span.start) }
      output += separator(before: token.kind).utf8
      writeText(token.kind, span)
      note(token.kind)
    }
  }

  private mutating func writeText(_ kind: TOMLToken.Kind, _ span: Span) {
    var end = span.end
    while kind == .comment, end > span.start, layout.bytes[end - 1].isBlank { end -= 1 }
    output += layout.bytes[span.start..<end]
  }

  private mutating func note(_ kind: TOMLToken.Kind) {
    switch kind {
    case .openBracket, .openBrace:
      brackets.append(Bracket(kind: kind, indentation: indentation))
    case .closeBracket, .closeBrace: brackets = brackets.dropLast()
    default: break
    }
    previous = kind
    blanks = ""
  }

  // MARK: Line starts

  private mutating func startLine(_ kind: TOMLToken.Kind, at offset: Int) {
    let isFirst = previous == nil
    if !isFirst {
      let count = brackets.isEmpty ? lineEnds(at: offset) : min(newlines, 2)
      for _ in 0..<count { output += layout.lineEnd.utf8 }
    }
    if brackets.isEmpty {
      indentation = blanks
      line = kind == .openBracket ? .header : kind == .comment ? line : .other
    } else {
      let isCloser = kind == .closeBracket || kind == .closeBrace
      indentation = brackets[brackets.count - 1].indentation + (isCloser ? "" : "  ")
    }
    output += indentation.utf8
    previous = .newline
    newlines = 0
    blanks = ""
  }

  /// How many line ends stand before a statement or comment: one empty line at most, two above a
  /// table, and one at least where keys stand above a table.
  private func lineEnds(at offset: Int) -> Int {
    guard headerStarts.contains(offset) else { return min(newlines, 2) }
    return min(max(newlines, line == .header ? 1 : 2), 3)
  }

  // MARK: Blanks

  private func separator(before kind: TOMLToken.Kind) -> String {
    guard let previous, previous != .newline else { return "" }
    switch (previous, kind) {
    case (_, .comment): return blanks.isEmpty ? " " : blanks
    case (_, .equals), (.equals, _): return " "
    case (.openBrace, .closeBrace): return ""
    case (.openBrace, _), (_, .closeBrace): return " "
    case (.comma, .closeBracket), (.comma, .comma): return ""
    case (.comma, _): return " "
    default: return ""
    }
  }
}
