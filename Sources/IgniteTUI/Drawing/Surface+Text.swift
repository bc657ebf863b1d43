import IgniteSyntax

extension Surface {
  /// Writes one line of text, cut with an ellipsis where the clip ends, and says how many columns
  /// it took.
  ///
  /// Controls and what turns the reading direction are shown by a picture or a number.
  @discardableResult
  public mutating func write(
    _ text: some StringProtocol, at point: Point, role: Role = .text, in clip: Rect
  ) -> Int {
    let clip = clip.clamped(to: bounds)
    guard clip.contains(Point(x: max(point.x, clip.x), y: point.y)) else { return 0 }
    var line = TextLine(x: point.x, y: point.y, clip: clip, role: role)
    for scalar in text.unicodeScalars {
      guard append(scalar, to: &line) else { break }
    }
    return max(line.x - max(point.x, clip.x), 0)
  }

  /// Writes one line of text as far as the surface goes.
  @discardableResult
  public mutating func write(
    _ text: some StringProtocol, at point: Point, role: Role = .text
  ) -> Int {
    write(text, at: point, role: role, in: bounds)
  }

  /// A line that is being written: where the next character goes, and how far it may.
  private struct TextLine {
    var x: Int
    let y: Int
    let clip: Rect
    let role: Role
    /// Whether the last character is on the surface, so that marks may join it.
    var last: Int?
  }

  /// Adds one scalar; false when the line is full.
  private mutating func append(_ scalar: Unicode.Scalar, to line: inout TextLine) -> Bool {
    let value = scalar.value
    if (0x20..<0x7F).contains(value) { return place(scalar, 1, in: &line) }
    if Self.isJoiner(value) { return true }
    let shown = VisibleText.visible(scalar)
    guard shown.unicodeScalars.elementsEqual(CollectionOfOne(scalar)) else {
      return shown.unicodeScalars.allSatisfy { place($0, 1, in: &line) }
    }
    let width = TextWidth.of(scalar)
    if width > 0 { return place(scalar, width, in: &line) }
    if let last = line.last { cells[last].combine(scalar) }
    return true
  }

  /// What terminals disagree about: joiners and selectors of emoji are left out.
  private static func isJoiner(_ value: UInt32) -> Bool {
    value == 0x200D || (0xFE00...0xFE0F).contains(value) || (0x1F3FB...0x1F3FF).contains(value)
  }

  private mutating func place(
    _ scalar: Unicode.Scalar, _ width: Int, in line: inout TextLine
  ) -> Bool {
    guard line.x + width <= line.clip.maxX else {
      cut(&line)
      return false
    }
    line.last = nil
    if line.x >= line.clip.x {
      put(Cell(scalar, role: line.role, width: width), line.x, line.y)
      line.last = line.y * size.width + line.x
    } else if line.x + width > line.clip.x {
      put(Cell(" ", role: line.role), line.clip.x, line.y)
    }
    line.x += width
    return true
  }

  private mutating func cut(_ line: inout TextLine) {
    let x = line.clip.maxX - 1
    guard let scalar = glyphs.ellipsis.unicodeScalars.first else { return }
    put(Cell(scalar, role: line.role), x, line.y)
    line.x = line.clip.maxX
  }
}
