/// How much of something is done: `█████░░░░░ 50 %`.
struct Gauge {
  let done: Int
  let total: Int

  /// Draws over the whole width.
  func draw(in area: Rect, on surface: inout Surface) {
    let line = area.row(0)
    let share = total > 0 ? min(max(done, 0), total) * 100 / total : 0
    let label = " \(share) %"
    let room = max(line.width - 6, 0)
    let filled = total > 0 ? min(max(done, 0), total) * room / total : 0
    let bar = String(repeating: surface.glyphs.barDone, count: filled)
    let rest = String(repeating: surface.glyphs.barLeft, count: room - filled)
    surface.write(bar, at: line.origin, role: .accent, in: line)
    surface.write(rest, at: Point(x: line.x + filled, y: line.y), role: .muted, in: line)
    surface.write(label, at: Point(x: line.x + room, y: line.y), in: line)
  }
}
