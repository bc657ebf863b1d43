/// What the mouse did over a cell.
public struct MouseEvent: Hashable, Sendable {
  /// What was done.
  public enum Kind: Hashable, Sendable {
    case press
    case release
    case drag
    case wheelUp
    case wheelDown
  }

  /// A button of the mouse.
  public enum Button: Hashable, Sendable {
    case left
    case middle
    case right
    /// Terminals may not say which button was released, and a wheel has none.
    case none
  }

  /// What was done.
  public var kind: Kind
  /// With which button.
  public var button: Button
  /// Over which cell.
  public var point: Point
  /// What was held.
  public var modifiers: Key.Modifiers

  /// What the mouse did over a cell.
  public init(
    _ kind: Kind, _ button: Button = .left, at point: Point, _ modifiers: Key.Modifiers = []
  ) {
    self.kind = kind
    self.button = button
    self.point = point
    self.modifiers = modifiers
  }
}
