import IgniteSyntax

/// The text of the config, to be read and edited in place.
struct SourcePane: Sendable {
  private var source = Source(name: "architecture.toml", bytes: [])
  private var text = ColouredText([], path: "architecture.toml")
  private var problems: [Int: Diagnostic] = [:]
  private var marks: [Int: [Span]] = [:]
  /// The byte before which the cursor stands.
  private(set) var cursor = 0
  /// The column that moving up and down aims at.
  private var goal: Int?
  /// What is looked for, while it is typed.
  private var search: SourceSearch?
  private var scroll = Scroll()
  private var left = 0
  private var height = 1

  /// Shows a text and what is wrong with it; the cursor stays where it is.
  mutating func show(_ source: Source, _ diagnostics: [Diagnostic]) {
    self.source = source
    text = ColouredText(source.bytes, path: source.name)
    cursor = boundary(min(cursor, source.bytes.count))
    problems = [:]
    marks = [:]
    for diagnostic in diagnostics.reversed() {
      guard let span = diagnostic.primary?.span else { continue }
      let line = source.lineIndex(at: span.start)
      problems[line] = diagnostic
      marks[line, default: []].append(span)
    }
  }

  /// Puts the cursor at a place of the text.
  mutating func move(to offset: Int) {
    cursor = boundary(min(max(offset, 0), source.bytes.count))
    goal = nil
  }

  /// The number of the line of the cursor, from 1.
  var line: Int { source.lineIndex(at: cursor) + 1 }
}

extension SourcePane {
  /// Takes a key; nothing when it means nothing here.
  mutating func handle(_ key: Key) -> [PaneRequest]? {
    if search != nil { return takeInSearch(key) }
    if let character = key.typed { return insert(String(character)) }
    if key.modifiers == .control { return handleControl(key.code) }
    guard key.modifiers.isEmpty else { return nil }
    switch key.code {
    case .enter: return insert("\n" + indentation)
    case .tab: return insert("  ")
    case .backspace: return remove(before(cursor)..<cursor)
    case .delete: return remove(cursor..<after(cursor))
    case .left: return go(to: before(cursor))
    case .right: return go(to: after(cursor))
    case .up: return moveLines(-1)
    case .down: return moveLines(1)
    case .pageUp: return moveLines(-height)
    case .pageDown: return moveLines(height)
    case .home: return go(to: lineSpan.start)
    case .end: return go(to: lineSpan.end)
    default: return nil
    }
  }

  private mutating func handleControl(_ code: KeyCode) -> [PaneRequest]? {
    switch code {
    case .character("a"): return go(to: lineSpan.start)
    case .character("e"): return go(to: lineSpan.end)
    case .character("f"):
      search = SourceSearch(from: cursor)
      return []
    case .character("k"): return remove(cursor..<max(lineSpan.end, cursor))
    case .character("u"): return remove(lineSpan.start..<cursor)
    case .character("w"), .backspace: return remove(wordStart..<cursor)
    case .character("o"): return [.openEditor]
    case .left: return go(to: wordStart)
    case .right: return go(to: wordEnd)
    case .home: return go(to: 0)
    case .end: return go(to: source.bytes.count)
    default: return nil
    }
  }

  /// Takes a pasted text.
  mutating func paste(_ text: String) -> [PaneRequest]? {
    guard search != nil else { return insert(text) }
    search?.insert(text)
    return showFirstHit()
  }

  /// Enter stays at the hit, Esc goes back to where the search began.
  private mutating func takeInSearch(_ key: Key) -> [PaneRequest]? {
    guard let search else { return nil }
    switch key {
    case Key(.escape):
      move(to: search.start)
      self.search = nil
      return []
    case Key(.enter):
      self.search = nil
      return []
    case Key(.down), Key("f", .control):
      return search.next(after: cursor, in: source.bytes).map { go(to: $0) } ?? []
    case Key(.up): return search.previous(before: cursor, in: source.bytes).map { go(to: $0) } ?? []
    default: break
    }
    if self.search?.handle(key) == true { return showFirstHit() }
    self.search = nil
    return handle(key)
  }

  private mutating func showFirstHit() -> [PaneRequest] {
    guard let search else { return [] }
    return go(to: search.next(after: search.start - 1, in: source.bytes) ?? search.start)
  }

  /// Takes the mouse over the pane.
  mutating func handle(_ mouse: MouseEvent, in area: Rect) -> [PaneRequest]? {
    switch mouse.kind {
    case .wheelUp: return moveLines(-3)
    case .wheelDown: return moveLines(3)
    case .press, .drag:
      let line = min(scroll.top + mouse.point.y - area.y, source.lineStarts.count - 1)
      let column = mouse.point.x - area.x - gutter + left
      return go(to: offset(inLine: max(line, 0), column: max(column, 0)))
    default: return nil
    }
  }

  private mutating func go(to offset: Int) -> [PaneRequest] {
    move(to: offset)
    return []
  }

  private mutating func insert(_ text: String) -> [PaneRequest] {
    let place = cursor
    // The text is shown again before the next key, with the cursor behind what was put in.
    cursor = place + text.utf8.count
    goal = nil
    return [.replaceText(place..<place, text)]
  }

  private mutating func remove(_ range: Range<Int>) -> [PaneRequest] {
    if range.isEmpty { return [] }
    cursor = range.lowerBound
    goal = nil
    return [.replaceText(range, "")]
  }

  private mutating func moveLines(_ lines: Int) -> [PaneRequest] {
    let line = source.lineIndex(at: cursor)
    let column = goal ?? self.column(of: cursor)
    let next = min(max(line + lines, 0), source.lineStarts.count - 1)
    cursor = offset(inLine: next, column: column)
    goal = column
    return []
  }

  private var lineSpan: Span { source.lineSpan(source.lineIndex(at: cursor)) }

  private var indentation: String {
    let line = source.text(in: Span(lineSpan.start, max(cursor, lineSpan.start)))
    return String(line.prefix { $0 == " " })
  }

  /// The start of the scalar that an offset lies in.
  private func boundary(_ offset: Int) -> Int {
    var offset = offset
    while offset > 0, offset < source.bytes.count, source.bytes[offset] & 0xC0 == 0x80 {
      offset -= 1
    }
    return offset
  }

  private func before(_ offset: Int) -> Int { boundary(max(offset - 1, 0)) }

  private func after(_ offset: Int) -> Int {
    var next = min(offset + 1, source.bytes.count)
    while next < source.bytes.count, source.bytes[next] & 0xC0 == 0x80 { next += 1 }
    return next
  }

  private var wordStart: Int { WordBounds.start(before: cursor, isWord: isWord) }

  private var wordEnd: Int {
    WordBounds.end(after: cursor, count: source.bytes.count, isWord: isWord)
  }

  private func isWord(_ place: Int) -> Bool {
    switch source.bytes[place] {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...0xFF: true
    default: false
    }
  }

  private func column(of offset: Int) -> Int {
    let start = source.lineSpan(source.lineIndex(at: offset)).start
    return TextWidth.of(ColouredLine.shown(source.text(in: Span(start, max(offset, start)))))
  }

  private func offset(inLine line: Int, column: Int) -> Int {
    let span = source.lineSpan(line)
    var (offset, width) = (span.start, 0)
    for scalar in source.text(in: span).unicodeScalars {
      width += TextWidth.of(ColouredLine.shown(String(scalar)))
      if width > column { break }
      offset += UTF8.width(scalar)
    }
    return boundary(min(offset, span.end))
  }
}

extension SourcePane {
  private var gutter: Int { "\(source.lineStarts.count)".utf8.count + 3 }

  /// Draws the text with the numbers of its lines, and what is wrong on the line of the cursor.
  mutating func draw(in area: Rect, on surface: inout Surface, isFocused: Bool) {
    let current = source.lineIndex(at: cursor)
    let problem = problems[current]
    let hasFoot = problem != nil || search != nil
    let (page, foot) = area.split(bottom: hasFoot && area.height > 4 ? 1 : 0)
    height = max(page.height, 1)
    let count = source.lineStarts.count
    scroll.reveal(current, height: page.height, count: count)
    let column = column(of: cursor)
    let room = max(page.width - gutter - 1, 1)
    left = min(left, max(column - 4, 0))
    left = max(left, column - room + 1)
    for (row, line) in scroll.visible(height: page.height, count: count).enumerated() {
      draw(line: line, in: page.row(row), isCurrent: line == current, on: &surface)
    }
    ScrollBar(top: scroll.top, count: count).draw(in: page.split(right: 1).right, on: &surface)
    if let search {
      drawSearch(search, in: foot, on: &surface, isFocused: isFocused)
    } else if let problem {
      surface.write(
        "\(problem.severity.mark(surface.glyphs)) \(problem.message)",
        at: Point(x: foot.x + 1, y: foot.y), role: problem.severity.role, in: foot)
    }
    if isFocused, search == nil {
      let point = Point(
        x: page.x + gutter + column - left, y: page.y + current - scroll.top)
      if page.contains(point) { surface.cursor = point }
    }
  }

  private func draw(line: Int, in area: Rect, isCurrent: Bool, on surface: inout Surface) {
    let (margin, rest) = area.split(left: gutter)
    let number = "\(line + 1)"
    surface.write(
      number, at: Point(x: margin.maxX - 2 - number.utf8.count, y: area.y),
      role: isCurrent ? .accent : .lineNumber, in: margin)
    if let problem = problems[line] {
      surface.write(
        problem.severity.mark(surface.glyphs), at: margin.origin, role: problem.severity.role,
        in: margin)
    }
    let page = rest.split(right: 1).left
    text.draw(line: line, from: left, in: page, on: &surface)
    for span in marks[line] ?? [] { mark(.problem, span, line, in: page, on: &surface) }
    markHits(line, in: page, on: &surface)
  }

  private func markHits(_ line: Int, in area: Rect, on surface: inout Surface) {
    guard let search else { return }
    let span = source.lineSpan(line)
    for hit in search.hits(in: Array(source.bytes[span.start..<span.end])) {
      let start = span.start + hit
      let mark: Mark = start == cursor ? .selected : .matched
      self.mark(mark, Span(start, start + search.text.utf8.count), line, in: area, on: &surface)
    }
  }

  private func drawSearch(
    _ search: SourceSearch, in area: Rect, on surface: inout Surface, isFocused: Bool
  ) {
    let hits = search.hits(in: source.bytes)
    let place = hits.firstIndex(of: cursor).map { $0 + 1 } ?? 0
    let count = search.text.isEmpty ? "" : hits.isEmpty ? "not there" : "\(place) of \(hits.count)"
    let (left, right) = area.split(right: min(TextWidth.of(count) + 2, area.width / 2))
    let used = surface.write(
      "find ", at: Point(x: left.x + 1, y: left.y), role: .key, in: left)
    TextField(draft: search.draft, placeholder: "Down the next, Up the one before, Esc back")
      .draw(in: left.split(left: used + 1).right, on: &surface)
    surface.write(
      count, at: Point(x: right.x + 1, y: right.y), role: hits.isEmpty ? .warning : .muted,
      in: right)
    if !isFocused { surface.cursor = nil }
  }

  private func mark(
    _ mark: Mark, _ span: Span, _ line: Int, in area: Rect, on surface: inout Surface
  ) {
    let end = min(span.end, source.lineSpan(line).end)
    let start = area.x + column(of: span.start) - left
    let width = max(column(of: max(end, span.start)) - column(of: span.start), 1)
    surface.mark(
      mark, in: Rect(x: start, y: area.y, width: width, height: 1).clamped(to: area))
  }
}
