import IgniteSyntax

/// Which keys work here: `Enter open   a add   F1 help`.
struct KeyBar {
  /// A key and what it does.
  typealias Hint = (keys: String, title: String)

  let hints: [Hint]
  /// What stands at the right end, whatever else there is room for.
  let last: [Hint]

  /// Draws as many as there is room for, the first ones first.
  func draw(in area: Rect, on surface: inout Surface) {
    let line = area.row(0)
    let kept = fitting(line.width / 2)
    let (left, right) = line.split(right: kept.reduce(0) { $0 + Self.width(of: $1) })
    draw(hints, in: left, on: &surface)
    draw(kept, in: right, on: &surface)
  }

  /// Those of the last ones that so many columns hold; the very last one stays longest.
  private func fitting(_ width: Int) -> [Hint] {
    var kept = last
    while kept.count > 1, kept.reduce(0, { $0 + Self.width(of: $1) }) > width {
      kept.removeFirst()
    }
    return kept
  }

  private static func width(of hint: Hint) -> Int {
    TextWidth.of(hint.keys) + TextWidth.of(hint.title) + 4
  }

  private func draw(_ hints: [Hint], in area: Rect, on surface: inout Surface) {
    var x = area.x + 1
    for hint in hints {
      guard x + Self.width(of: hint) <= area.maxX + 2 else { return }
      x += surface.write(hint.keys, at: Point(x: x, y: area.y), role: .key, in: area) + 1
      x += surface.write(hint.title, at: Point(x: x, y: area.y), role: .muted, in: area) + 2
    }
  }
}
