import IgniteSyntax

/// How far writing is, and what to do when it is done.
struct GenerateView {
  let state: GenerateState

  func draw(in area: Rect, on surface: inout Surface) {
    var rest = area.inset(x: 2, y: 1)
    let glyphs = surface.glyphs
    let title =
      state.hasFailed
      ? "\(glyphs.ballot) not written" : state.isFinished ? "\(glyphs.check) written" : state.phase
    let role: Role = state.hasFailed ? .error : state.isFinished ? .success : .title
    surface.write(title, at: rest.origin, role: role, in: rest)
    rest = rest.split(top: 2).bottom
    if !state.isFinished {
      let gauge = Gauge(done: state.done, total: state.total)
      gauge.draw(in: rest.row(0).split(left: min(rest.width, 72)).left, on: &surface)
      rest = rest.split(top: 2).bottom
    }
    let room = max(rest.height - (state.next.isEmpty ? 0 : state.next.count + 2), 1)
    for line in state.lines.suffix(room) {
      let used = WrappedText(VisibleText.line(line), width: rest.width).draw(in: rest, on: &surface)
      rest = rest.split(top: used).bottom
    }
    if state.next.isEmpty { return }
    rest = rest.split(top: 1).bottom
    surface.write("What to do next", at: rest.origin, role: .heading, in: rest)
    for (number, line) in state.next.enumerated() {
      surface.write(
        line, at: Point(x: rest.x + 2, y: rest.y + 1 + number), role: .accent, in: rest)
    }
  }
}
