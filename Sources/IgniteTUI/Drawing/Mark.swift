/// What is laid over a cell's role without taking its place.
public struct Mark: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: UInt8

  /// Marks from their bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A problem: the text is underlined, in the colour of errors where there are colours.
  public static let problem = Mark(rawValue: 1)
  /// The row or text that is chosen: it takes the background of the selection.
  public static let selected = Mark(rawValue: 2)
  /// A hit of a search: it takes the look of a match.
  public static let matched = Mark(rawValue: 4)
  /// The text is bold, whatever its role says.
  public static let strong = Mark(rawValue: 8)
}
