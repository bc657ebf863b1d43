import IgniteSyntax

/// A page of questions: their answers can be read at a glance, and the one under the cursor is explained.
struct FormView {
  /// One line of the drawing.
  private enum Line: Hashable {
    case row(Int)
    case problem(Int, String)
    case text(String)
    case blank
  }

  let form: Form
  let cursor: Int
  /// The text of the field under the cursor while it is typed.
  let draft: TextDraft?
  /// Whether that field had a problem before it was typed into.
  let wasWrong: Bool
  let isFocused: Bool

  /// Draws the title, the rows and below them what is to be said of the row under the cursor.
  func draw(in area: Rect, on surface: inout Surface, scroll: inout Scroll) {
    let top = area.split(top: drawTitle(in: area, on: &surface)).bottom
    let (page, help) = top.split(bottom: top.height >= 11 ? 5 : 0)
    let lines = lines(width: page.width)
    let place = lines.firstIndex(of: .row(cursor)) ?? 0
    // The first row brings the headings above it into view.
    scroll.reveal(
      form.stops.first == cursor ? 0 : place, height: page.height, count: lines.count)
    scroll.reveal(place, height: page.height, count: lines.count)
    for (row, number) in scroll.visible(height: page.height, count: lines.count).enumerated() {
      draw(lines[number], in: page.row(row).split(right: 1).left, on: &surface)
    }
    ScrollBar(top: scroll.top, count: lines.count)
      .draw(in: page.split(right: 1).right, on: &surface)
    if help.height > 1 { drawHelp(in: help, on: &surface) }
  }

  /// The number of the row that is drawn at a line of the page, for the mouse.
  func row(at y: Int, in area: Rect, scroll: Scroll) -> Int? {
    let top = area.y + titleHeight(area)
    let lines = lines(width: area.width)
    let number = scroll.top + y - top
    guard y >= top, lines.indices.contains(number) else { return nil }
    switch lines[number] {
    case .row(let row), .problem(let row, _): return form.rows[row].isStop ? row : nil
    case .text, .blank: return nil
    }
  }

  private func titleHeight(_ area: Rect) -> Int {
    WrappedText(form.lead, width: area.width - 4).lines.count + (area.height > 14 ? 2 : 1)
  }

  private func drawTitle(in area: Rect, on surface: inout Surface) -> Int {
    surface.write(
      form.title, at: Point(x: area.x + 2, y: area.y), role: .title, in: area)
    let lead = Rect(
      x: area.x + 2, y: area.y + 1, width: area.width - 4, height: area.height - 1)
    WrappedText(form.lead, width: area.width - 4).draw(in: lead, on: &surface, role: .muted)
    return titleHeight(area)
  }

  private func lines(width: Int) -> [Line] {
    var lines: [Line] = []
    for (number, row) in form.rows.enumerated() {
      switch row {
      case .heading(let title, _):
        if !lines.isEmpty { lines.append(.blank) }
        if !title.isEmpty { lines.append(.row(number)) }
      case .text(let text):
        lines += WrappedText(VisibleText.line(text), width: width - 4).lines.map { .text($0) }
      case .field(let field):
        lines.append(.row(number))
        if !isUnjudged(number), let problem = field.problems.first {
          lines.append(.problem(number, problem.message))
        }
      case .button: lines.append(.row(number))
      }
    }
    return lines
  }

  /// Nobody is told that half a word is wrong, unless that was said before.
  private func isUnjudged(_ number: Int) -> Bool { draft != nil && number == cursor && !wasWrong }

  private func labelWidth(_ width: Int) -> Int {
    let widest =
      form.rows.lazy.map { row in
        switch row {
        case .field(let field): TextWidth.of(field.label) + (field.isRequired ? 2 : 0)
        case .button(let button): button.summary.isEmpty ? 0 : TextWidth.of(button.title)
        case .heading, .text: 0
        }
      }.max() ?? 0
    return min(widest, max(width * 2 / 5, 12))
  }

  private func draw(_ line: Line, in area: Rect, on surface: inout Surface) {
    switch line {
    case .blank: break
    case .text(let text):
      surface.write(text, at: Point(x: area.x + 2, y: area.y), role: .muted, in: area)
    case .problem(let number, let text):
      guard case .field(let field) = form.rows[number], let problem = field.problems.first else {
        return
      }
      surface.write(
        "\(problem.severity.mark(surface.glyphs)) \(text)", at: Point(x: area.x + 4, y: area.y),
        role: problem.severity.role, in: area)
    case .row(let number): draw(number, in: area, on: &surface)
    }
  }

  private func draw(_ number: Int, in area: Rect, on surface: inout Surface) {
    let width = labelWidth(area.width)
    switch form.rows[number] {
    case .heading(let title, let note):
      let used = surface.write(
        title, at: Point(x: area.x + 2, y: area.y), role: .heading, in: area)
      surface.write(note, at: Point(x: area.x + used + 4, y: area.y), role: .muted, in: area)
    case .text: break
    case .field(let field): draw(field, number, width, area, &surface)
    case .button(let button): draw(button, width, area, &surface)
    }
    guard number == cursor else { return }
    surface.write(surface.glyphs.pointer, at: area.origin, role: .accent, in: area)
    if draft == nil { surface.mark(isFocused ? .selected : .strong, in: area) }
  }

  private func draw(
    _ button: FormButton, _ width: Int, _ area: Rect, _ surface: inout Surface
  ) {
    let role: Role = button.whyNot == nil ? .text : .disabled
    let used = surface.write(
      button.title, at: Point(x: area.x + 2, y: area.y), role: role, in: area)
    let marks = button.marks.joined(separator: " ")
    let (left, right) = area.split(right: marks.isEmpty ? 0 : TextWidth.of(marks) + 1)
    let note = button.whyNot ?? button.summary
    surface.write(
      note, at: Point(x: area.x + 2 + max(used, width) + 2, y: area.y), role: .muted,
      in: marks.isEmpty ? left : left.split(right: 1).left)
    surface.write(
      marks, at: right.origin, role: marks.contains("error") ? .error : .warning, in: right)
  }

  private func draw(
    _ field: FormField, _ number: Int, _ width: Int, _ area: Rect, _ surface: inout Surface
  ) {
    let label = area.split(left: width + 2).left
    let used = surface.write(
      field.label, at: Point(x: area.x + 2, y: area.y),
      role: field.whyNot == nil ? .text : .disabled, in: label)
    if field.isRequired, field.value == nil {
      surface.write(
        "*", at: Point(x: area.x + 3 + used, y: area.y), role: .accent, in: area)
    }
    let rest = area.split(left: width + 4).right
    if let draft, number == cursor {
      let field = TextField(draft: draft, placeholder: field.defaultText ?? field.example ?? "")
      return field.draw(in: rest, on: &surface)
    }
    drawValue(field, in: rest, on: &surface)
  }

  private func drawValue(_ field: FormField, in area: Rect, on surface: inout Surface) {
    let origin = field.value == nil ? field.origin : ""
    let (left, right) = area.split(
      right: origin.isEmpty || area.width < 24 ? 0 : TextWidth.of(origin) + 1)
    var x = left.x
    if case .toggle = field.control {
      let isOn = field.valueText == "true" || field.valueText == "on" || field.valueText == "yes"
      let box = isOn ? surface.glyphs.checkedBox : surface.glyphs.uncheckedBox
      x += surface.write(box + " ", at: Point(x: x, y: left.y), role: .input, in: left)
    }
    let isEmpty = field.valueText.isEmpty
    let role: Role =
      field.whyNot != nil ? .disabled : isEmpty ? .placeholder : field.value == nil ? .muted : .text
    let unit = field.unit.map { isEmpty ? "" : " \($0)" } ?? ""
    let text = isEmpty ? Self.nothing(field) : field.valueText + unit
    x += surface.write(text, at: Point(x: x, y: left.y), role: role, in: left)
    if case .choice = field.control {
      surface.write(
        " \(surface.glyphs.expanded)", at: Point(x: x, y: left.y), role: .muted, in: left)
    }
    surface.write(origin, at: right.origin, role: .muted, in: right)
  }

  private static func nothing(_ field: FormField) -> String {
    switch field.control {
    case .choices, .list: "none"
    case .text, .number, .choice, .toggle: field.isRequired ? "needed" : "not set"
    }
  }

  private func drawHelp(in area: Rect, on surface: inout Surface) {
    guard form.rows.indices.contains(cursor) else { return }
    surface.horizontalLine(from: area.origin, width: area.width)
    let box = area.split(top: 1).bottom.inset(x: 2, y: 0)
    switch form.rows[cursor] {
    case .field(let field): drawHelp(of: field, in: box, on: &surface)
    case .button(let button):
      let note = button.whyNot.map { "not now: \($0)" } ?? button.summary
      WrappedText(note, width: box.width).draw(in: box, on: &surface)
    case .heading, .text: break
    }
  }

  private func drawHelp(of field: FormField, in area: Rect, on surface: inout Surface) {
    var rest = area
    let problem = isUnjudged(cursor) ? nil : field.problems.first
    let lines: [(String, Role)] = [
      (problem?.message ?? "", problem?.severity.role ?? .text),
      (field.whyNot ?? "", .warning), (field.help, .text),
      (facts(of: field, surface.glyphs), .muted),
    ]
    for (text, role) in lines where !text.isEmpty {
      let used = WrappedText(VisibleText.line(text), width: rest.width)
        .draw(in: rest, on: &surface, role: role)
      rest = rest.split(top: used).bottom
    }
  }

  private func facts(of field: FormField, _ glyphs: GlyphSet) -> String {
    var parts = ["\(field.path)"]
    if let text = field.defaultText, !text.isEmpty { parts.append("default \(text)") }
    if let example = field.example { parts.append("such as \(example)") }
    if field.isRequired { parts.append("needed") }
    return parts.joined(separator: " \(glyphs.dot) ")
  }
}
