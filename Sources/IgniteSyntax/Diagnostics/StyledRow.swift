/// What a stretch of rendered text is, for colour.
enum DiagnosticStyle: Hashable, Sendable {
  case plain
  case strong
  case gutter
  case secondary
  case severity(Diagnostic.Severity)

  /// The parameters of the ANSI sequence that turns the style on, empty for plain.
  var parameters: String {
    switch self {
    case .plain: ""
    case .strong: "1"
    case .gutter, .secondary: "1;34"
    case .severity(.error): "1;31"
    case .severity(.warning): "1;33"
    case .severity(.note): "1;36"
    }
  }

  /// The text in this style.
  func paint(_ text: String, usesColour: Bool) -> String {
    let isBare = !usesColour || parameters.isEmpty || text.isEmpty
    return isBare ? text : "\u{1B}[\(parameters)m\(text)\u{1B}[0m"
  }
}

/// One row of an excerpt: single-column cells, then text that may be wider.
struct StyledRow {
  private var cells: [(character: Character, style: DiagnosticStyle)] = []
  private var tail: (text: String, style: DiagnosticStyle) = ("", .plain)

  /// Draws one single-column character.
  mutating func put(_ character: Character, at column: Int, _ style: DiagnosticStyle) {
    reach(column + 1)
    cells[column] = (character, style)
  }

  /// Draws one character over a range of columns.
  mutating func fill(_ columns: Range<Int>, _ character: Character, _ style: DiagnosticStyle) {
    for column in columns { put(character, at: column, style) }
  }

  /// Ends the row with a text that starts at a column, or right of what is there.
  mutating func end(with text: String, at column: Int, _ style: DiagnosticStyle) {
    reach(column)
    tail = (text, style)
  }

  /// The first column right of all cells.
  var width: Int { cells.count }

  /// The row as text, without spaces at its end.
  func text(usesColour: Bool) -> String {
    var rest = cells[...]
    if tail.text.isEmpty { while rest.last?.character == " " { rest.removeLast() } }
    var text = ""
    while let first = rest.first {
      let run = rest.prefix { $0.style == first.style }
      text += first.style.paint(String(run.map(\.character)), usesColour: usesColour)
      rest = rest.dropFirst(run.count)
    }
    return text + tail.style.paint(tail.text, usesColour: usesColour)
  }

  private mutating func reach(_ width: Int) {
    while cells.count < width { cells.append((" ", .plain)) }
  }
}
