/// A colour as a theme names it.
public enum Color: Hashable, Sendable {
  /// The terminal's own.
  case standard
  /// One of the terminal's numbered colours.
  case indexed(UInt8)
  /// Red, green and blue.
  case rgb(UInt8, UInt8, UInt8)
}
