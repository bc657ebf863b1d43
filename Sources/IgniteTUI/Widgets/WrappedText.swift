import IgniteSyntax

/// A text broken into lines at spaces.
struct WrappedText: Hashable, Sendable {
  /// The lines.
  let lines: [String]

  /// Breaks a text so that no line is wider than so many columns; its own line ends stay.
  init(_ text: some StringProtocol, width: Int) {
    let width = max(width, 1)
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { Self.broken($0, width) }
  }

  private static func broken(_ paragraph: some StringProtocol, _ width: Int) -> [String] {
    var lines: [String] = []
    var line = String(paragraph.prefix { $0 == " " })
    var taken = line.utf8.count
    var isEmpty = true
    for word in paragraph.split(separator: " ") {
      let columns = TextWidth.of(word)
      if !isEmpty, taken + 1 + columns > width {
        lines.append(line)
        (line, taken, isEmpty) = ("", 0, true)
      }
      if !isEmpty {
        line += " "
        taken += 1
      }
      line += word
      taken += columns
      isEmpty = false
    }
    return lines + [line]
  }

  /// Writes the lines as far as the area goes and says how many rows they took.
  @discardableResult
  func draw(in area: Rect, on surface: inout Surface, role: Role = .text) -> Int {
    for (number, line) in lines.prefix(area.height).enumerated() {
      surface.write(line, at: Point(x: area.x, y: area.y + number), role: role, in: area)
    }
    return min(lines.count, area.height)
  }
}
