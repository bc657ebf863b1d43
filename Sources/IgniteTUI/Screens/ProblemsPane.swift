import IgniteSyntax

/// What is wrong, the errors first, with a way out where there is one.
struct ProblemsPane: Sendable {
  private(set) var diagnostics: [Diagnostic] = []
  private var source = Source(name: "", bytes: [])
  /// The number of the chosen problem.
  private(set) var selected = 0
  private var scroll = Scroll()
  private var height = 1

  /// Shows what is wrong with a source; the place in the list stays.
  mutating func show(_ diagnostics: [Diagnostic], in source: Source) {
    self.diagnostics = diagnostics
    self.source = source
    selected = min(selected, max(diagnostics.count - 1, 0))
  }

  /// The chosen problem.
  var current: Diagnostic? {
    diagnostics.indices.contains(selected) ? diagnostics[selected] : nil
  }

  /// Takes a key; nothing when it means nothing here.
  mutating func handle(_ key: Key) -> [PaneRequest]? {
    guard key.modifiers.isEmpty else { return nil }
    switch key.code {
    case .up, .character("k"): return move(by: -1)
    case .down, .character("j"): return move(by: 1)
    case .pageUp: return move(by: -height)
    case .pageDown: return move(by: height)
    case .home, .character("g"): return move(by: -diagnostics.count)
    case .end, .character("G"): return move(by: diagnostics.count)
    case .enter: return jump()
    case .character("f"): return fix(0)
    case .character("e"): return current.map { [.explain($0.code)] } ?? []
    case .character(let digit):
      guard let number = digit.wholeNumberValue, number > 0 else { return nil }
      return fix(number - 1)
    default: return nil
    }
  }

  /// Takes the mouse over the pane.
  mutating func handle(_ mouse: MouseEvent, in area: Rect) -> [PaneRequest]? {
    switch mouse.kind {
    case .wheelUp: return move(by: -1)
    case .wheelDown: return move(by: 1)
    case .press:
      let row = mouse.point.y - area.y
      guard row < height, diagnostics.indices.contains(scroll.top + row) else { return [] }
      if selected == scroll.top + row { return jump() }
      selected = scroll.top + row
      return []
    default: return nil
    }
  }

  private mutating func move(by rows: Int) -> [PaneRequest] {
    selected = min(max(selected + rows, 0), max(diagnostics.count - 1, 0))
    return []
  }

  private func jump() -> [PaneRequest] {
    guard let span = current?.primary?.span else { return [] }
    return [.goToSpan(span)]
  }

  private func fix(_ number: Int) -> [PaneRequest] {
    guard let fixes = current?.fixes, fixes.indices.contains(number) else { return [] }
    return [.apply(title: fixes[number].title, fixes[number].edits)]
  }

  /// Draws the list and, below it, what is to be said of the chosen problem.
  mutating func draw(in area: Rect, on surface: inout Surface, isFocused: Bool) {
    if diagnostics.isEmpty {
      surface.write(
        "\(surface.glyphs.check) nothing is wrong", at: Point(x: area.x + 1, y: area.y + 1),
        role: .success, in: area)
      return
    }
    let rows = min(diagnostics.count, max(area.height / 2, 1))
    let (list, rest) = area.split(top: area.height < 6 ? area.height : rows)
    height = max(list.height, 1)
    scroll.reveal(selected, height: list.height, count: diagnostics.count)
    drawList(in: list, on: &surface, isFocused: isFocused)
    guard rest.height > 1, let current else { return }
    surface.horizontalLine(from: rest.origin, width: rest.width)
    ProblemText(current, in: source).draw(in: rest.split(top: 1).bottom, on: &surface)
  }

  private func drawList(in area: Rect, on surface: inout Surface, isFocused: Bool) {
    let visible = scroll.visible(height: area.height, count: diagnostics.count)
    for (row, number) in visible.enumerated() {
      let line = area.row(row)
      let diagnostic = diagnostics[number]
      var x = line.x + 1
      x += surface.write(
        diagnostic.severity.mark(surface.glyphs) + " ", at: Point(x: x, y: line.y),
        role: diagnostic.severity.role, in: line)
      if let place = place(of: diagnostic) {
        x += surface.write(place + " ", at: Point(x: x, y: line.y), role: .lineNumber, in: line)
      }
      let fix = diagnostic.fixes.isEmpty ? "" : "  f fixes"
      let room = line.split(right: fix.utf8.count).left
      surface.write(diagnostic.message, at: Point(x: x, y: line.y), in: room)
      surface.write(fix, at: Point(x: room.maxX, y: line.y), role: .muted, in: line)
      if number == selected { surface.mark(isFocused ? .selected : .strong, in: line) }
    }
    ScrollBar(top: scroll.top, count: diagnostics.count)
      .draw(in: area.split(right: 1).right, on: &surface)
  }

  private func place(of diagnostic: Diagnostic) -> String? {
    diagnostic.primary.map { "\(source.position(at: $0.span.start).line)" }
  }
}

/// A problem in full: what it is, where, what else is to be known and the ways out.
struct ProblemText {
  private let rows: [(text: String, role: Role)]

  init(_ diagnostic: Diagnostic, in source: Source) {
    var rows: [(String, Role)] = [
      ("\(diagnostic.severity.rawValue)[\(diagnostic.code)]", diagnostic.severity.role),
      (diagnostic.message, .text),
    ]
    if let label = diagnostic.primary {
      let position = source.position(at: label.span.start)
      rows.append(("line \(position.line), column \(position.column)", .muted))
      if !label.text.isEmpty { rows.append((label.text, .muted)) }
    }
    rows += diagnostic.notes.map { ("note: \($0)", .muted) }
    for (number, fix) in diagnostic.fixes.enumerated() {
      rows.append(("\(number == 0 ? "f" : "\(number + 1)"): \(fix.title)", .success))
    }
    rows.append(("e: why this is so", .muted))
    self.rows = rows
  }

  func draw(in area: Rect, on surface: inout Surface) {
    var rest = area.inset(x: 1, y: 0)
    for row in rows {
      let used = WrappedText(VisibleText.line(row.text), width: rest.width)
        .draw(in: rest, on: &surface, role: row.role)
      rest = rest.split(top: used).bottom
    }
  }
}

extension Diagnostic.Severity {
  /// The role of its text.
  var role: Role {
    switch self {
    case .error: .error
    case .warning: .warning
    case .note: .info
    }
  }

  /// What stands before its text, so that colour is not all that tells.
  func mark(_ glyphs: GlyphSet) -> String {
    switch self {
    case .error: glyphs.ballot
    case .warning: "!"
    case .note: "i"
    }
  }
}
