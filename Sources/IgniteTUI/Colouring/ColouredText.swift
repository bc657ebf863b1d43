import IgniteSyntax

/// A text in lines with what its stretches are, ready to be drawn in part.
struct ColouredText: Sendable {
  /// The lines without their ends.
  let lines: [ArraySlice<UInt8>]
  private let scanner: SyntaxScanner?
  private let states: [SyntaxScanner.State]

  /// Reads a text in the language of a file of this name.
  init(_ bytes: [UInt8], path: String) {
    lines = Self.lines(of: bytes)
    scanner = SyntaxLanguage.of(path: path).map(SyntaxScanner.init)
    states = scanner?.states(of: lines) ?? []
  }

  private static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { $0.last == 0x0D ? $0.dropLast() : $0 }
  }

  /// What the stretches of a line are.
  func runs(ofLine number: Int) -> [SyntaxRun] {
    guard let scanner, lines.indices.contains(number) else { return [] }
    var state = states[number]
    return scanner.runs(in: lines[number], from: &state)
  }

  /// Draws a line from a column on.
  func draw(
    line number: Int, from column: Int, in area: Rect, on surface: inout Surface,
    role: Role = .text
  ) {
    guard lines.indices.contains(number) else { return }
    ColouredLine(bytes: lines[number], runs: runs(ofLine: number))
      .draw(from: column, in: area, on: &surface, role: role)
  }
}

/// One line with what its stretches are.
struct ColouredLine {
  /// The columns between two stops of a tab.
  static let tab = 4

  let bytes: ArraySlice<UInt8>
  let runs: [SyntaxRun]

  /// Draws the line from a column on, tabs as spaces.
  func draw(from column: Int, in area: Rect, on surface: inout Surface, role: Role) {
    var place = 0
    var x = area.x - column
    for run in runs where run.range.upperBound <= bytes.count {
      if run.range.lowerBound > place {
        x = write(place..<run.range.lowerBound, role, x, area, &surface)
      }
      x = write(run.range, run.kind.role ?? role, x, area, &surface)
      place = run.range.upperBound
      if x >= area.maxX { return }
    }
    _ = write(place..<bytes.count, role, x, area, &surface)
  }

  private func write(
    _ range: Range<Int>, _ role: Role, _ x: Int, _ area: Rect, _ surface: inout Surface
  ) -> Int {
    let start = bytes.startIndex
    let part = bytes[start + range.lowerBound..<start + range.upperBound]
    let text = Self.shown(String(decoding: part, as: UTF8.self))
    // What lies left of the area is not written but counts.
    let width = TextWidth.of(text)
    if x + width > area.x {
      surface.write(text, at: Point(x: x, y: area.y), role: role, in: area)
    }
    return x + width
  }

  /// Control characters made visible, tabs as spaces.
  static func shown(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
    return text.unicodeScalars.reduce(into: "") { line, scalar in
      line += scalar == "\t" ? String(repeating: " ", count: tab) : VisibleText.visible(scalar)
    }
  }
}

extension SyntaxKind {
  /// How it looks; nothing where the text has its own look.
  var role: Role? {
    switch self {
    case .plain: nil
    case .keyword: .syntaxKeyword
    case .type: .syntaxType
    case .function: .syntaxFunction
    case .key: .syntaxProperty
    case .string: .syntaxString
    case .number: .syntaxNumber
    case .comment: .syntaxComment
    case .attribute: .syntaxPunctuation
    case .heading: .heading
    }
  }
}
