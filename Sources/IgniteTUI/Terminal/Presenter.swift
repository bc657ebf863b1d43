/// Turns surfaces into what brings a terminal from the last one to the next.
///
/// It knows the sequences that every terminal of today shares; for the others there is
/// `CursesScreen`.
public struct Presenter: Sendable {
  private var theme: Theme
  private let colours: ColorSupport
  private let isASCII: Bool
  private var shown: Surface?
  private var bytes: [UInt8] = []
  /// What the terminal writes with, nothing when that is unknown.
  private var pen: Style?
  private var place: Point?

  /// A presenter for a terminal with some colours, which may show nothing but ASCII.
  public init(theme: Theme, colours: ColorSupport, isASCII: Bool = false) {
    self.theme = theme.reduced(to: colours)
    self.colours = colours
    self.isASCII = isASCII
  }

  /// Takes another theme; the next frame is drawn whole.
  public mutating func use(_ theme: Theme) {
    self.theme = theme.reduced(to: colours)
    invalidate()
  }

  /// Forgets what the terminal shows; the next frame is drawn whole.
  public mutating func invalidate() { shown = nil }

  /// What brings the terminal to show a surface; nothing when it already does.
  public mutating func frame(_ surface: Surface) -> [UInt8] {
    defer { shown = surface }
    bytes.removeAll(keepingCapacity: true)
    (pen, place) = (nil, nil)
    let isWhole = shown?.size != surface.size
    if isWhole { clear() }
    for y in 0..<surface.size.height { drawRow(y, of: surface, isWhole: isWhole) }
    if bytes.isEmpty && shown?.cursor == surface.cursor { return [] }
    return wrapped(cursor: surface.cursor)
  }

  private mutating func clear() {
    setPen(theme.style(of: .text))
    append("\u{1B}[H\u{1B}[2J")
  }

  /// The cursor is hidden while it moves about, and the terminal shows the frame at once if it can.
  private func wrapped(cursor: Point?) -> [UInt8] {
    var frame = Array("\u{1B}[?2026h\u{1B}[?25l".utf8)
    frame += bytes
    if pen != nil { frame += Array("\u{1B}[m".utf8) }
    if let cursor { frame += Array("\u{1B}[\(cursor.y + 1);\(cursor.x + 1)H\u{1B}[?25h".utf8) }
    return frame + Array("\u{1B}[?2026l".utf8)
  }

  private mutating func drawRow(_ y: Int, of surface: Surface, isWhole: Bool) {
    let first = y * surface.size.width
    var x = 0
    while x < surface.size.width {
      let width = max(Int(surface.cells[first + x].width), 1)
      if isWhole || isChanged(surface, first + x, width) {
        draw(surface.cells[first + x], Point(x: x, y: y), of: surface)
      }
      x += width
    }
  }

  private func isChanged(_ surface: Surface, _ index: Int, _ width: Int) -> Bool {
    guard let shown else { return true }
    if surface.cells[index] != shown.cells[index] { return true }
    return width == 2 && surface.cells[index + 1] != shown.cells[index + 1]
  }

  private mutating func draw(_ cell: Cell, _ point: Point, of surface: Surface) {
    move(to: point, over: surface)
    setPen(theme.style(of: cell.role, mark: cell.mark))
    put(cell)
    // Behind the last column terminals disagree about where the cursor is.
    let next = point.x + max(Int(cell.width), 1)
    let isSure = next < surface.size.width && cell.glyph < 0x300
    place = isSure ? Point(x: next, y: point.y) : nil
  }

  /// A short gap is cheaper to write again than to jump over.
  private mutating func move(to point: Point, over surface: Surface) {
    if place == point { return }
    if let place, place.y == point.y, point.x > place.x, point.x - place.x <= 3,
      let gap = gap(from: place, to: point.x, of: surface)
    {
      for cell in gap { put(cell) }
    } else if let place, place.y == point.y, point.x > place.x {
      append("\u{1B}[\(point.x - place.x)C")
    } else {
      append("\u{1B}[\(point.y + 1);\(point.x + 1)H")
    }
  }

  private func gap(from place: Point, to x: Int, of surface: Surface) -> ArraySlice<Cell>? {
    let row = place.y * surface.size.width
    let cells = surface.cells[row + place.x..<row + x]
    let fits = cells.allSatisfy {
      $0.glyph < 0x300 && $0.width == 1 && theme.style(of: $0.role, mark: $0.mark) == pen
    }
    return fits ? cells : nil
  }

  private mutating func put(_ cell: Cell) {
    if cell.glyph >= 0x20, cell.glyph < 0x7F {
      bytes.append(UInt8(cell.glyph))
    } else if isASCII {
      bytes += repeatElement(UInt8(ascii: "?"), count: max(Int(cell.width), 1))
    } else {
      cell.forEachScalar { bytes += String($0).utf8 }
    }
  }

  private mutating func append(_ text: String) { bytes += text.utf8 }

  // Pens.

  private mutating func setPen(_ style: Style) {
    guard pen != style else { return }
    var numbers: [String] = []
    var known = pen ?? Style()
    if pen == nil || !known.attributes.isSubset(of: style.attributes) {
      if pen != nil || style == Style() { numbers.append("0") }
      known = Style()
    }
    numbers += PenCode.attributes(style.attributes.subtracting(known.attributes))
    if known.foreground != style.foreground { numbers.append(PenCode.text(style.foreground)) }
    if known.background != style.background { numbers.append(PenCode.ground(style.background)) }
    append("\u{1B}[\(numbers.joined(separator: ";"))m")
    pen = style
  }
}
