/// A cell's place, counted from the top left corner.
public struct Point: Hashable, Sendable {
  /// The column, from 0.
  public var x: Int
  /// The row, from 0.
  public var y: Int

  /// The place at a column and a row.
  public init(x: Int = 0, y: Int = 0) {
    self.x = x
    self.y = y
  }
}
