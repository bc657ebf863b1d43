/// What was done to the config since it was opened, to go back to any state of it.
struct HistoryPane: Sendable {
  private(set) var titles: [String] = []
  /// How many of the changes count now.
  private(set) var position = 0
  /// The chosen state: after so many changes.
  private(set) var selected = 0
  private var scroll = Scroll()
  private var height = 1

  /// Shows what was done, the oldest first, and how much of it counts now.
  mutating func show(_ titles: [String], position: Int) {
    let isSame = self.position == position && self.titles.count == titles.count
    self.titles = titles
    self.position = position
    if !isSame { selected = position }
  }

  /// Takes a key; nothing when it means nothing here.
  mutating func handle(_ key: Key) -> [PaneRequest]? {
    guard key.modifiers.isEmpty else { return nil }
    switch key.code {
    case .up, .character("k"): return move(by: 1)
    case .down, .character("j"): return move(by: -1)
    case .pageUp: return move(by: height)
    case .pageDown: return move(by: -height)
    case .home, .character("g"): return move(by: titles.count)
    case .end, .character("G"): return move(by: -titles.count)
    case .enter: return selected == position ? [] : [.undo(toRevision: selected)]
    default: return nil
    }
  }

  /// Takes the mouse over the pane.
  mutating func handle(_ mouse: MouseEvent, in area: Rect) -> [PaneRequest]? {
    switch mouse.kind {
    case .wheelUp: return move(by: 1)
    case .wheelDown: return move(by: -1)
    case .press:
      let number = titles.count - (scroll.top + mouse.point.y - area.y)
      guard (0...titles.count).contains(number) else { return [] }
      if selected == number { return number == position ? [] : [.undo(toRevision: number)] }
      selected = number
      return []
    default: return nil
    }
  }

  private mutating func move(by states: Int) -> [PaneRequest] {
    selected = min(max(selected + states, 0), titles.count)
    return []
  }

  /// Draws the states, the latest on top:
  /// ```
  ///   3 rename orders to sales
  /// › 2 add service orders          now
  ///   1 set architecture.name
  ///   0 as it was opened
  /// ```
  mutating func draw(in area: Rect, on surface: inout Surface, isFocused: Bool) {
    height = max(area.height, 1)
    let count = titles.count + 1
    scroll.reveal(titles.count - selected, height: area.height, count: count)
    for (row, place) in scroll.visible(height: area.height, count: count).enumerated() {
      let number = titles.count - place
      let line = area.row(row)
      let title = number == 0 ? "as it was opened" : titles[number - 1]
      let isUndone = number > position
      let width = "\(titles.count)".utf8.count
      let label = String(repeating: " ", count: width - "\(number)".utf8.count) + "\(number) "
      var x = line.x + 1
      x += surface.write(label, at: Point(x: x, y: line.y), role: .lineNumber, in: line)
      x += surface.write(
        title, at: Point(x: x, y: line.y), role: isUndone ? .disabled : .text, in: line)
      let note = number == position ? "  now" : isUndone ? "  undone" : ""
      surface.write(note, at: Point(x: x, y: line.y), role: .accent, in: line)
      if number == selected { surface.mark(isFocused ? .selected : .strong, in: line) }
    }
    ScrollBar(top: scroll.top, count: count)
      .draw(in: area.split(right: 1).right, on: &surface)
  }
}
