/// Text of unknown origin made harmless to a terminal: nothing in it moves a cursor, changes a
/// colour or turns the reading direction.
public enum VisibleText {
  /// The most columns a message may take before it is cut.
  public static let longestMessage = 1000

  /// One line of text in which every control character is shown and which is cut with `…` after
  /// `limit` columns.
  public static func line(_ text: some StringProtocol, limit: Int = longestMessage) -> String {
    var line = ""
    var width = 0
    for scalar in text.unicodeScalars {
      let shown = visible(scalar)
      width += max(TextWidth.of(shown), shown.isEmpty ? 0 : 1)
      if width > limit { return line + "…" }
      line += shown
    }
    return line
  }

  /// What stands for a scalar: itself where it is harmless, a control picture such as `␛`, or its
  /// number as in `<U+202E>`.
  public static func visible(_ scalar: Unicode.Scalar) -> String {
    let value = scalar.value
    if (0x20..<0x7F).contains(value) { return String(scalar) }
    if value < 0x20 { return picture(0x2400 + value) }
    if value == 0x7F { return picture(0x2421) }
    return isHidden(scalar) ? "<U+\(hexadecimal(value))>" : String(scalar)
  }

  /// Whether a terminal or an editor may show nothing, or something else, for the scalar.
  @Sendable static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
    default: scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  private static func picture(_ value: UInt32) -> String {
    Unicode.Scalar(value).map { String($0) } ?? "?"
  }

  /// A number in upper-case hexadecimal digits, at least `width` of them.
  package static func hexadecimal(_ value: UInt32, width: Int = 4) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
