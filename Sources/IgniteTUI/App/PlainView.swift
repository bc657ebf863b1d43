import IgniteSyntax

/// The page as rows of text: what is asked, what it is now, and which keys work.
struct PlainView {
  let state: AppState

  func draw(on surface: inout Surface) {
    let area = Rect(width: surface.size.width, height: surface.size.height)
    guard area.height >= 6, area.width >= 20 else {
      surface.write("too small", at: Point(x: 0, y: 0), role: .text)
      return
    }
    surface.write(head, at: Point(x: 0, y: 0), role: .title)
    surface.write(state.form.lead, at: Point(x: 0, y: 1), role: .muted)
    drawRows(in: Rect(x: 0, y: 3, width: area.width, height: area.height - 5), on: &surface)
    if let overlay = state.overlays.last { drawOverlay(overlay, area, on: &surface) }
    surface.write(state.message?.text ?? "", at: Point(x: 0, y: area.height - 2), role: .text)
    surface.write(foot, at: Point(x: 0, y: area.height - 1), role: .muted)
  }

  private var head: String {
    let trail = state.trail.map(state.title).joined(separator: " > ")
    let file = state.session.map { ($0.isUnsaved ? "* " : "") + $0.title } ?? ""
    return "\(trail)   \(file)   \(state.analysis.errorCount) errors"
  }

  private var foot: String { "F1 help  Ctrl-P commands  Ctrl-S save  F10 quit" }

  private func drawRows(in area: Rect, on surface: inout Surface) {
    let first = max(0, min(state.cursor - area.height / 2, state.form.rows.count - area.height))
    for (offset, place) in (first..<state.form.rows.count).prefix(area.height).enumerated() {
      let mark = place == state.cursor ? "> " : "  "
      surface.write(
        mark + text(of: state.form.rows[place], isCurrent: place == state.cursor),
        at: Point(x: 0, y: area.y + offset), role: .text)
    }
  }

  private func text(of row: FormRow, isCurrent: Bool) -> String {
    switch row {
    case .heading(let title, let note): title.isEmpty ? "" : "\(title)  \(note)"
    case .text(let text): text
    case .button(let button):
      "\(button.title)  \(button.summary) \(button.marks.joined(separator: " "))"
    case .field(let field):
      "\(field.label): \(isCurrent ? state.draft?.text ?? field.valueText : field.valueText)"
        + " (\(field.origin)) \(field.problems.first?.message ?? "")"
    }
  }

  private func drawOverlay(_ overlay: Overlay, _ area: Rect, on surface: inout Surface) {
    var y = 3
    for line in lines(of: overlay).prefix(area.height - 5) {
      surface.fill(Rect(x: 4, y: y, width: area.width - 8, height: 1), role: .text)
      surface.write("| " + line, at: Point(x: 4, y: y), role: .text)
      y += 1
    }
  }

  private func lines(of overlay: Overlay) -> [String] {
    switch overlay {
    case .picker(let picker):
      [picker.title, picker.help, "find: \(picker.filter.text)"]
        + picker.shown.enumerated().map { place, index in
          let choice = picker.choices[index]
          return (place == picker.highlighted ? "> " : "  ") + (choice.isChosen ? "[x] " : "[ ] ")
            + choice.title + "  " + choice.summary
        }
    case .prompt(let prompt): [prompt.title, prompt.help, prompt.draft.text, prompt.problem ?? ""]
    case .confirm(let confirm):
      [confirm.title] + confirm.lines
        + confirm.options.enumerated().map { ($0 == confirm.highlighted ? "> " : "  ") + $1 }
    case .help: state.keyMap.bindings.map { "\($0.title)  \($0.keys.map(\.shown))" }
    case .explain(let explanation): [explanation.title] + [explanation.text]
    }
  }
}
