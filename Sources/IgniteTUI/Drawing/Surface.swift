/// A grid of cells that views draw on and that a presenter brings to the terminal.
///
/// `write` is the only way text gets into it, so nothing on it can drive a terminal.
public struct Surface: Equatable, Sendable {
  /// The columns and rows.
  public let size: Size
  /// The characters that frames and cuts are drawn with.
  public let glyphs: GlyphSet
  /// Where the terminal's cursor stands; it is hidden without a place.
  public var cursor: Point?
  /// The cells, row by row.
  public internal(set) var cells: [Cell]

  /// A surface of spaces.
  public init(width: Int, height: Int, glyphs: GlyphSet = .unicode) {
    self.init(Size(width: width, height: height), glyphs: glyphs)
  }

  /// A surface of spaces.
  public init(_ size: Size, glyphs: GlyphSet = .unicode) {
    self.size = size
    self.glyphs = glyphs
    cells = Array(repeating: .blank, count: size.width * size.height)
  }

  /// All of it.
  public var bounds: Rect { Rect(width: size.width, height: size.height) }

  /// The cell at a place, nothing outside.
  public subscript(_ point: Point) -> Cell? {
    bounds.contains(point) ? cells[point.y * size.width + point.x] : nil
  }

  /// Clears an area to spaces of one role.
  public mutating func fill(_ area: Rect, role: Role = .text) {
    let area = area.clamped(to: bounds)
    for y in area.y..<area.maxY {
      for x in area.x..<area.maxX { put(Cell(" ", role: role), x, y) }
    }
  }

  /// Gives the cells of an area another role; their text stays.
  public mutating func setRole(_ role: Role, in area: Rect) {
    change(in: area) { $0.role = role }
  }

  /// Lays a mark over the cells of an area; text and roles stay.
  public mutating func mark(_ mark: Mark, in area: Rect) {
    change(in: area) { $0.mark.formUnion(mark) }
  }

  private mutating func change(in area: Rect, _ body: (inout Cell) -> Void) {
    let area = area.clamped(to: bounds)
    for y in area.y..<area.maxY {
      for x in area.x..<area.maxX { body(&cells[y * size.width + x]) }
    }
  }

  /// Sets a cell that lies inside and mends the wide characters that it cuts in half.
  mutating func put(_ cell: Cell, _ x: Int, _ y: Int) {
    let place = y * size.width + x
    let last = place + Int(cell.width) - 1
    if cells[place].width == 0, x > 0 { blank(place - 1) }
    if cells[last].width == 2, last + 1 < (y + 1) * size.width { blank(last + 1) }
    cells[place] = cell
    if cell.width == 2 {
      cells[last] = .covered(role: cell.role)
      cells[last].mark = cell.mark
    }
  }

  private mutating func blank(_ place: Int) {
    cells[place] = Cell(" ", role: cells[place].role, mark: cells[place].mark)
  }
}
