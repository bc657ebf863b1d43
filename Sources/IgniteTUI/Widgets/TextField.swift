import IgniteSyntax

/// A line that is typed, scrolled so that its cursor is seen: `│orders-ser▏      │`.
struct TextField {
  let draft: TextDraft
  var role = Role.inputFocused
  var placeholder = ""

  /// Draws the line over the whole width and places the terminal's cursor.
  func draw(in area: Rect, on surface: inout Surface) {
    guard area.width > 1, area.height > 0 else { return }
    let line = area.row(0)
    surface.fill(line, role: role)
    let before = ColouredLine.shown(
      String(String.UnicodeScalarView(draft.text.unicodeScalars.prefix(draft.cursor))))
    let column = TextWidth.of(before)
    let left = max(column - line.width + 2, 0)
    if draft.isEmpty {
      surface.write(placeholder, at: line.origin, role: .placeholder, in: line)
    } else {
      surface.write(
        ColouredLine.shown(draft.text), at: Point(x: line.x - left, y: line.y), role: role, in: line
      )
    }
    surface.cursor = Point(x: line.x + column - left, y: line.y)
  }
}
