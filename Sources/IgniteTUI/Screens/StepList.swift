import IgniteSyntax

/// The steps of the walk one below the other, the one that is shown marked.
struct StepList {
  /// One step.
  struct Step: Hashable {
    var title: String
    var isCurrent: Bool
    /// The number of its problems.
    var problems = 0
  }

  let steps: [Step]

  /// The row of the first step.
  static func firstRow(in area: Rect, count: Int) -> Int {
    area.y + (area.height > count + 1 ? 1 : 0)
  }

  func draw(in area: Rect, on surface: inout Surface) {
    let bar = area.split(right: 1).right
    surface.verticalLine(from: bar.origin, height: bar.height)
    let first = Self.firstRow(in: area, count: steps.count) - area.y
    for (number, step) in steps.enumerated() where number + first < area.height {
      let line = area.split(right: 1).left.row(number + first)
      let mark = step.isCurrent ? surface.glyphs.pointer : " "
      surface.write(mark, at: Point(x: line.x, y: line.y), role: .accent, in: line)
      surface.write(
        step.title, at: Point(x: line.x + 2, y: line.y), role: step.isCurrent ? .accent : .text,
        in: line)
      if step.isCurrent { surface.mark(.strong, in: line) }
      guard step.problems > 0 else { continue }
      let badge = step.problems > 9 ? "9+" : "\(step.problems)"
      surface.write(
        badge, at: Point(x: line.maxX - badge.utf8.count, y: line.y), role: .error, in: line)
    }
  }
}
