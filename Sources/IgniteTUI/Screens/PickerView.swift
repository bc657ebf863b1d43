import IgniteSyntax

/// A list to choose from, filtered by what is typed.
struct PickerView {
  let picker: Picker

  func draw(in area: Rect, on surface: inout Surface) {
    _ = dialog(in: area).draw(in: area, on: &surface)
    let parts = parts(in: area)
    help(in: area).draw(in: parts.help, on: &surface, role: .muted)
    let field = TextField(draft: picker.filter, placeholder: placeholder)
    field.draw(in: parts.field, on: &surface)
    drawList(picker.shown, in: parts.list, on: &surface)
    drawFoot(in: parts.foot, on: &surface)
  }

  /// The place among the shown choices that is drawn at a point, for the mouse.
  func place(at point: Point, in area: Rect) -> Int? {
    let list = parts(in: area).list
    guard list.contains(point) else { return nil }
    let count = picker.shown.count
    let visible = scroll(list.height, count).visible(height: list.height, count: count)
    let place = visible.lowerBound + point.y - list.y
    return visible.contains(place) ? place : nil
  }

  private func help(in area: Rect) -> WrappedText {
    WrappedText(VisibleText.line(picker.help), width: min(area.width - 10, 72))
  }

  private func helpHeight(in area: Rect) -> Int {
    picker.help.isEmpty ? 0 : min(help(in: area).lines.count, 3)
  }

  private func dialog(in area: Rect) -> Dialog {
    let rows = max(picker.choices.count + (picker.allowsNew ? 1 : 0), 1)
    let height = min(rows + helpHeight(in: area) + 6, area.height)
    return Dialog(title: picker.title, size: Size(width: 78, height: height))
  }

  private func parts(in area: Rect) -> (help: Rect, field: Rect, list: Rect, foot: Rect) {
    let inside = dialog(in: area).inside(in: area)
    let (help, rest) = inside.split(top: helpHeight(in: area))
    let (field, below) = rest.split(top: 1)
    let (list, foot) = below.split(bottom: min(3, max(below.height - 1, 0)))
    return (help, field, list, foot)
  }

  private func scroll(_ height: Int, _ count: Int) -> Scroll {
    var scroll = Scroll()
    scroll.reveal(picker.highlighted, height: height, count: count)
    return scroll
  }

  private var placeholder: String {
    picker.allowsNew ? "type to find one or to add a new one" : "type to find one"
  }

  private func drawList(_ shown: [Int], in area: Rect, on surface: inout Surface) {
    if shown.isEmpty {
      let text = picker.newValue.map { "Enter adds \($0)" } ?? "nothing is called so"
      surface.write(text, at: Point(x: area.x + 2, y: area.y), role: .muted, in: area)
      return
    }
    let scroll = scroll(area.height, shown.count)
    let width = shown.map { TextWidth.of(picker.choices[$0].title) }.max() ?? 0
    for (row, place) in scroll.visible(height: area.height, count: shown.count).enumerated() {
      draw(
        picker.choices[shown[place]], min(width, area.width / 2),
        in: area.row(row).split(right: 1).left, isCurrent: place == picker.highlighted,
        on: &surface)
    }
    ScrollBar(top: scroll.top, count: shown.count)
      .draw(in: area.split(right: 1).right, on: &surface)
  }

  private func draw(
    _ choice: Choice, _ width: Int, in area: Rect, isCurrent: Bool, on surface: inout Surface
  ) {
    let glyphs = surface.glyphs
    let isPlain: Bool =
      switch picker.purpose {
      case .command, .search: true
      default: false
      }
    let mark =
      picker.isMultiple
      ? (choice.isChosen ? glyphs.checkedBox : glyphs.uncheckedBox)
      : (choice.isChosen ? glyphs.chosen : glyphs.unchosen)
    var x = area.x
    x += surface.write(
      (isCurrent ? glyphs.pointer : " ") + " ", at: Point(x: x, y: area.y), role: .accent, in: area)
    if !isPlain {
      x += surface.write(
        mark + " ", at: Point(x: x, y: area.y), role: choice.isChosen ? .accent : .muted, in: area)
    }
    let name = Rect(x: x, y: area.y, width: width, height: 1).clamped(to: area)
    surface.write(
      choice.title, at: name.origin, role: choice.whyNot == nil ? .text : .disabled, in: name)
    let note = choice.whyNot.map { "\(glyphs.ballot) \($0)" } ?? choice.summary
    surface.write(
      note, at: Point(x: x + width + 2, y: area.y), role: choice.whyNot == nil ? .muted : .warning,
      in: area)
    if isCurrent { surface.mark(.selected, in: area) }
  }

  private func drawFoot(in area: Rect, on surface: inout Surface) {
    guard area.height > 1, let place = picker.current else { return }
    surface.horizontalLine(from: area.origin, width: area.width)
    let choice = picker.choices[place]
    let text = choice.whyNot.map { "would break: \($0)" } ?? choice.summary
    WrappedText(VisibleText.line(text), width: area.width)
      .draw(in: area.split(top: 1).bottom, on: &surface)
  }
}
