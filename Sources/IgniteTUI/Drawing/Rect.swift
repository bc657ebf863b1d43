/// An area of cells; it may be empty and its sides are never negative.
public struct Rect: Hashable, Sendable {
  /// The first column.
  public var x: Int
  /// The first row.
  public var y: Int
  /// The columns.
  public var width: Int
  /// The rows.
  public var height: Int

  /// An area with its top left corner at a place.
  public init(x: Int = 0, y: Int = 0, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = max(width, 0)
    self.height = max(height, 0)
  }

  /// An area of a size with its top left corner at a place.
  public init(_ origin: Point, _ size: Size) {
    self.init(x: origin.x, y: origin.y, width: size.width, height: size.height)
  }

  /// The top left corner.
  public var origin: Point { Point(x: x, y: y) }

  /// The columns and rows.
  public var size: Size { Size(width: width, height: height) }

  /// The first column behind the area.
  public var maxX: Int { x + width }

  /// The first row below the area.
  public var maxY: Int { y + height }

  /// Whether the area holds no cell.
  public var isEmpty: Bool { width == 0 || height == 0 }

  /// Whether a cell lies in the area.
  public func contains(_ point: Point) -> Bool {
    point.x >= x && point.x < maxX && point.y >= y && point.y < maxY
  }

  /// The part of the area that lies in another.
  public func clamped(to other: Rect) -> Rect {
    let left = min(max(x, other.x), other.maxX)
    let top = min(max(y, other.y), other.maxY)
    return Rect(
      x: left, y: top, width: min(maxX, other.maxX) - left, height: min(maxY, other.maxY) - top)
  }

  /// The area without a margin on every side.
  public func inset(_ margin: Int = 1) -> Rect { inset(x: margin, y: margin) }

  /// The area without margins left and right, and above and below.
  public func inset(x horizontal: Int, y vertical: Int) -> Rect {
    let columns = min(max(horizontal, 0), width / 2)
    let rows = min(max(vertical, 0), height / 2)
    return Rect(
      x: x + columns, y: y + rows, width: width - 2 * max(horizontal, 0),
      height: height - 2 * max(vertical, 0))
  }

  /// The first `columns` columns and what remains on their right.
  public func split(left columns: Int) -> (left: Rect, right: Rect) {
    let cut = min(max(columns, 0), width)
    return (
      Rect(x: x, y: y, width: cut, height: height),
      Rect(x: x + cut, y: y, width: width - cut, height: height)
    )
  }

  /// The last `columns` columns and what remains on their left.
  public func split(right columns: Int) -> (left: Rect, right: Rect) {
    split(left: width - min(max(columns, 0), width))
  }

  /// The first `rows` rows and what remains below them.
  public func split(top rows: Int) -> (top: Rect, bottom: Rect) {
    let cut = min(max(rows, 0), height)
    return (
      Rect(x: x, y: y, width: width, height: cut),
      Rect(x: x, y: y + cut, width: width, height: height - cut)
    )
  }

  /// The last `rows` rows and what remains above them.
  public func split(bottom rows: Int) -> (top: Rect, bottom: Rect) {
    split(top: height - min(max(rows, 0), height))
  }

  /// One row of the area, counted from its top; empty where it has no such row.
  public func row(_ number: Int) -> Rect {
    let isInside = number >= 0 && number < height
    return Rect(x: x, y: y + min(max(number, 0), height), width: width, height: isInside ? 1 : 0)
  }

  /// An area of at most a size in the middle of this one.
  public func centered(_ size: Size) -> Rect {
    let columns = min(size.width, width)
    let rows = min(size.height, height)
    return Rect(
      x: x + (width - columns) / 2, y: y + (height - rows) / 2, width: columns, height: rows)
  }
}
