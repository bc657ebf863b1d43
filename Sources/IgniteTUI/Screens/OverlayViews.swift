import IgniteSyntax

/// A question that one line answers.
struct PromptView {
  let prompt: Prompt

  /// How many names are shown at most.
  private static let limit = 8

  func draw(in area: Rect, on surface: inout Surface) {
    let help = WrappedText(VisibleText.line(prompt.help), width: 64)
    let names = prompt.names.count > 1 ? min(prompt.names.count, Self.limit + 1) : 0
    let height = help.lines.count + 6 + names
    var rest = Dialog(title: prompt.title, size: Size(width: 70, height: height))
      .draw(in: area, on: &surface)
    let used = help.draw(in: rest, on: &surface, role: .muted)
    rest = rest.split(top: used + 1).bottom
    TextField(draft: prompt.draft).draw(in: rest.row(0), on: &surface)
    if let problem = prompt.problem {
      surface.write(
        "\(surface.glyphs.ballot) \(problem)", at: Point(x: rest.x, y: rest.y + 1), role: .error,
        in: rest)
    }
    if names > 0 { drawNames(in: rest.split(top: 2).bottom, on: &surface) }
  }

  private func drawNames(in area: Rect, on surface: inout Surface) {
    let shown = prompt.names.count > Self.limit + 1 ? Self.limit : prompt.names.count
    for (number, name) in prompt.names.prefix(shown).enumerated() {
      let line = area.row(number)
      surface.write(name, at: Point(x: line.x + 2, y: line.y), role: .text, in: line)
    }
    if shown < prompt.names.count {
      let line = area.row(shown)
      let text = "and \(prompt.names.count - shown) more"
      surface.write(text, at: Point(x: line.x + 2, y: line.y), role: .muted, in: line)
    }
  }
}

/// A question with a few answers one below the other.
struct ConfirmView {
  let confirm: Confirm
  private let width = 66

  init(confirm: Confirm) { self.confirm = confirm }

  /// The answer that is drawn at a point, for the mouse.
  func option(at point: Point, in area: Rect) -> Int? {
    let count = lines(in: area).count
    let inside = dialog(count).inside(in: area)
    let option = point.y - inside.y - count - 1
    return inside.contains(point) && confirm.options.indices.contains(option) ? option : nil
  }

  private func lines(in area: Rect) -> [String] {
    let lines = confirm.lines.flatMap {
      WrappedText(VisibleText.line($0), width: width - 4).lines
    }
    return Array(lines.prefix(max(area.height - 8, 1)))
  }

  private func dialog(_ lines: Int) -> Dialog {
    Dialog(
      title: confirm.title, size: Size(width: width, height: lines + 3 + confirm.options.count))
  }

  func draw(in area: Rect, on surface: inout Surface) {
    let shown = lines(in: area)
    var rest = dialog(shown.count).draw(in: area, on: &surface)
    for line in shown {
      surface.write(line, at: rest.origin, in: rest)
      rest = rest.split(top: 1).bottom
    }
    for (number, option) in confirm.options.enumerated() {
      let line = rest.row(number + 1)
      let isCurrent = number == confirm.highlighted
      let mark = isCurrent ? surface.glyphs.pointer : " "
      surface.write(
        "\(mark) \(option)", at: line.origin, role: isCurrent ? .accent : .text, in: line)
      if isCurrent { surface.mark(.selected, in: line) }
    }
  }
}

/// A longer text in a box, to be scrolled.
struct TextView {
  let title: String
  let text: String
  let scroll: Int

  func draw(in area: Rect, on surface: inout Surface) {
    let width = min(84, area.width - 2)
    let lines = WrappedText(text, width: width - 6).lines
    let inside = Dialog(title: title, size: Size(width: width, height: lines.count + 2))
      .draw(in: area, on: &surface)
    var place = Scroll()
    place.move(by: scroll, height: inside.height, count: lines.count)
    for (row, number) in place.visible(height: inside.height, count: lines.count).enumerated() {
      surface.write(lines[number], at: inside.row(row).origin, in: inside)
    }
    ScrollBar(top: place.top, count: lines.count)
      .draw(in: inside.split(right: 1).right, on: &surface)
  }
}

/// Which keys do what, in as many columns as there is room for.
struct HelpView {
  /// Keys that belong together.
  typealias Section = (title: String, rows: [KeyBar.Hint])

  let sections: [Section]
  let scroll: Int

  private enum Line {
    case title(String)
    case hint(KeyBar.Hint)
    case blank
  }

  private var lines: [Line] {
    var lines: [Line] = []
    for section in sections {
      if !lines.isEmpty { lines.append(.blank) }
      lines.append(.title(section.title))
      lines += section.rows.map { .hint($0) }
    }
    return lines
  }

  func draw(in area: Rect, on surface: inout Surface) {
    let lines = lines
    let columns = area.width >= 150 ? 3 : area.width >= 100 ? 2 : 1
    let size = Size(width: min(area.width, columns * 48 + 4), height: area.height)
    let inside = Dialog(title: "Keys", size: size).draw(in: area, on: &surface)
    let page = inside.height * columns
    var place = Scroll()
    place.move(by: scroll, height: page, count: lines.count)
    for (offset, number) in place.visible(height: page, count: lines.count).enumerated() {
      let column = offset / inside.height
      let area = Rect(
        x: inside.x + column * 48, y: inside.y + offset % inside.height, width: 46, height: 1)
      draw(lines[number], in: area.clamped(to: inside), on: &surface)
    }
    ScrollBar(top: place.top, count: (lines.count + columns - 1) / columns)
      .draw(in: inside.split(right: 1).right, on: &surface)
  }

  private func draw(_ line: Line, in area: Rect, on surface: inout Surface) {
    switch line {
    case .blank: break
    case .title(let title): surface.write(title, at: area.origin, role: .heading, in: area)
    case .hint(let hint):
      surface.write(hint.keys, at: area.origin, role: .key, in: area.split(left: 25).left)
      surface.write(hint.title, at: Point(x: area.x + 26, y: area.y), in: area)
    }
  }
}
