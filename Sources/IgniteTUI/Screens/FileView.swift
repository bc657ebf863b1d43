import IgniteGenerator
import IgniteSyntax

/// One file: its contents, or its difference from the disk in one column or in two.
struct FileView: Sendable {
  /// What is shown of a file.
  enum Mode: Int, Hashable, Sendable, CaseIterable {
    case contents
    case unified
    case sideBySide

    /// How it is called.
    var title: String {
      switch self {
      case .contents: "contents"
      case .unified: "diff"
      case .sideBySide: "side by side"
      }
    }
  }

  /// One line of a difference in two columns.
  struct Pair: Hashable, Sendable {
    var old: UnifiedDiff.Row?
    var new: UnifiedDiff.Row?
  }

  let change: Change
  let mode: Mode
  private let text: ColouredText
  private let diff: [UnifiedDiff.Row]
  private let pairs: [Pair]
  private let scanner: SyntaxScanner?

  init(_ change: Change, mode: Mode) {
    self.change = change
    self.mode = mode
    let shown = change.after ?? change.planned ?? change.before ?? []
    let isBinary = shown.contains(0)
    text = ColouredText(
      mode == .contents ? isBinary ? Array("(binary)".utf8) : shown : [], path: change.path)
    diff = mode == .contents ? [] : Self.rows(of: change)
    pairs = mode == .sideBySide ? Self.pairs(of: diff) : []
    scanner = SyntaxLanguage.of(path: change.path).map(SyntaxScanner.init)
  }

  /// What the change does, or for files that stay what keeps them from being as planned.
  private static func rows(of change: Change) -> [UnifiedDiff.Row] {
    let rows = change.effect == .none ? change.distance.rows : change.diff.rows
    return rows.filter { $0.kind != .head }
  }

  /// Removed lines beside the added lines that follow them.
  private static func pairs(of rows: [UnifiedDiff.Row]) -> [Pair] {
    var pairs: [Pair] = []
    var place = 0
    while place < rows.count {
      if rows[place].kind == .removed || rows[place].kind == .added {
        let removed = rows[place...].prefix { $0.kind == .removed }
        let added = rows[(place + removed.count)...].prefix { $0.kind == .added }
        for row in 0..<max(removed.count, added.count) {
          pairs.append(Pair(old: removed.dropFirst(row).first, new: added.dropFirst(row).first))
        }
        place += removed.count + added.count
      } else {
        pairs.append(Pair(old: rows[place], new: rows[place]))
        place += 1
      }
    }
    return pairs
  }

  /// The lines there are to draw.
  var count: Int {
    switch mode {
    case .contents: text.lines.count
    case .unified: max(diff.count, 1)
    case .sideBySide: max(pairs.count, 1)
    }
  }

  /// The numbers of the lines that hold a text, whatever its case.
  func lines(holding wanted: String) -> [Int] {
    let wanted = Array(wanted.lowercased().utf8)
    guard !wanted.isEmpty else { return [] }
    return (0..<count).filter { Self.holds(wanted, bytes(ofLine: $0)) }
  }

  private static func holds(_ wanted: [UInt8], _ line: ArraySlice<UInt8>) -> Bool {
    guard line.count >= wanted.count else { return false }
    let lower = line.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    return (0...lower.count - wanted.count).contains { start in
      lower[start] == wanted[0] && lower[start..<start + wanted.count].elementsEqual(wanted)
    }
  }

  private func bytes(ofLine number: Int) -> ArraySlice<UInt8> {
    switch mode {
    case .contents: text.lines[number]
    case .unified: diff.indices.contains(number) ? diff[number].bytes[...] : []
    case .sideBySide:
      pairs.indices.contains(number)
        ? ((pairs[number].old?.bytes ?? []) + (pairs[number].new?.bytes ?? []))[...] : []
    }
  }

  /// Draws a line from a column on.
  func draw(line number: Int, from column: Int, in area: Rect, on surface: inout Surface) {
    switch mode {
    case .contents: drawContents(number, column, area, &surface)
    case .unified:
      guard diff.indices.contains(number) else { return drawSame(area, &surface) }
      draw(diff[number], column, area, &surface)
    case .sideBySide:
      guard pairs.indices.contains(number) else { return drawSame(area, &surface) }
      let (left, right) = area.split(left: (area.width - 1) / 2)
      if let old = pairs[number].old { draw(old, column, left, &surface) }
      surface.write(surface.glyphs.vertical, at: right.origin, role: .border)
      if let new = pairs[number].new, new.kind != .place {
        draw(new, column, right.split(left: 1).right, &surface)
      }
    }
  }

  private func drawSame(_ area: Rect, _ surface: inout Surface) {
    surface.write("the disk has exactly this", at: area.origin, role: .muted, in: area)
  }

  private func drawContents(
    _ number: Int, _ column: Int, _ area: Rect, _ surface: inout Surface
  ) {
    let width = "\(text.lines.count)".utf8.count + 1
    let label = "\(number + 1)"
    let (margin, page) = area.split(left: width)
    surface.write(
      label, at: Point(x: margin.maxX - 1 - label.utf8.count, y: area.y), role: .lineNumber,
      in: margin)
    text.draw(line: number, from: column, in: page, on: &surface)
  }

  private func draw(
    _ row: UnifiedDiff.Row, _ column: Int, _ area: Rect, _ surface: inout Surface
  ) {
    guard row.kind == .context || row.kind == .added || row.kind == .removed else {
      let text = String(decoding: row.bytes, as: UTF8.self)
      surface.write(text, at: area.origin, role: .heading, in: area)
      return
    }
    let role: Role = row.kind == .added ? .added : row.kind == .removed ? .removed : .text
    let (sign, page) = area.split(left: 2)
    let mark = row.kind == .added ? "+" : row.kind == .removed ? "-" : " "
    surface.write(mark, at: sign.origin, role: role, in: sign)
    // Lines of a difference are told apart by their colour; only common lines keep those of their words.
    var state = SyntaxScanner.State.code
    let bytes = row.bytes.dropFirst()
    let runs = row.kind == .context ? scanner?.runs(in: bytes, from: &state) ?? [] : []
    ColouredLine(bytes: bytes, runs: runs).draw(from: column, in: page, on: &surface, role: role)
  }
}
