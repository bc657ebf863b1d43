extension Surface {
  /// Draws a frame along the inner edge of an area, with a title in its upper side:
  /// ```
  /// ┌ Services ──┐
  /// │            │
  /// └────────────┘
  /// ```
  public mutating func frame(
    _ area: Rect, role: Role = .border, title: String = "", titleRole: Role? = nil
  ) {
    guard area.width > 1, area.height > 1 else { return }
    horizontalLine(from: area.origin, width: area.width, role: role)
    horizontalLine(from: Point(x: area.x, y: area.maxY - 1), width: area.width, role: role)
    verticalLine(from: area.origin, height: area.height, role: role)
    verticalLine(from: Point(x: area.maxX - 1, y: area.y), height: area.height, role: role)
    for (glyph, x, y) in corners(of: area) { write(glyph, at: Point(x: x, y: y), role: role) }
    if title.isEmpty || area.width < 5 { return }
    let place = Rect(x: area.x + 1, y: area.y, width: area.width - 2, height: 1)
    write(" \(title) ", at: place.origin, role: titleRole ?? role, in: place)
  }

  private func corners(of area: Rect) -> [(String, Int, Int)] {
    let (right, bottom) = (area.maxX - 1, area.maxY - 1)
    return [
      (glyphs.topLeft, area.x, area.y), (glyphs.topRight, right, area.y),
      (glyphs.bottomLeft, area.x, bottom), (glyphs.bottomRight, right, bottom),
    ]
  }

  /// Draws a line to the right.
  public mutating func horizontalLine(from point: Point, width: Int, role: Role = .border) {
    let columns = Rect(x: point.x, y: point.y, width: width, height: 1).clamped(to: bounds)
    guard !columns.isEmpty else { return }
    for x in columns.x..<columns.maxX {
      write(glyphs.horizontal, at: Point(x: x, y: point.y), role: role)
    }
  }

  /// Draws a line downwards.
  public mutating func verticalLine(from point: Point, height: Int, role: Role = .border) {
    let rows = Rect(x: point.x, y: point.y, width: 1, height: height).clamped(to: bounds)
    guard !rows.isEmpty else { return }
    for y in rows.y..<rows.maxY {
      write(glyphs.vertical, at: Point(x: point.x, y: y), role: role)
    }
  }
}
