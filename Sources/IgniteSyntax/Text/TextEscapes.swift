/// How a language writes, between double quotes, the characters that cannot stand there as they are.
package struct TextEscapes: Sendable {
  /// The characters that have an escape of their own.
  private let named: [(scalar: Unicode.Scalar, escape: String)]
  private let isNumbered: @Sendable (Unicode.Scalar) -> Bool
  private let number: @Sendable (Unicode.Scalar) -> String

  /// Takes the escapes that a language has besides those that all have, which characters it writes by
  /// number, and how.
  package init(
    besides named: KeyValuePairs<Unicode.Scalar, String> = [:],
    numbering isNumbered: @escaping @Sendable (Unicode.Scalar) -> Bool,
    as number: @escaping @Sendable (Unicode.Scalar) -> String
  ) {
    self.named = Self.common + named.map { ($0.key, $0.value) }
    self.isNumbered = isNumbered
    self.number = number
  }

  /// The same with further escapes.
  package func adding(_ more: KeyValuePairs<Unicode.Scalar, String>) -> TextEscapes {
    TextEscapes(named: named + more.map { ($0.key, $0.value) }, isNumbered, number)
  }

  private init(
    named: [(scalar: Unicode.Scalar, escape: String)],
    _ isNumbered: @escaping @Sendable (Unicode.Scalar) -> Bool,
    _ number: @escaping @Sendable (Unicode.Scalar) -> String
  ) {
    self.named = named
    self.isNumbered = isNumbered
    self.number = number
  }

  private static let common: [(scalar: Unicode.Scalar, escape: String)] = [
    ("\"", "\\\""), ("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"),
  ]

  /// What stands for a character, absent for one that stands for itself.
  package subscript(_ scalar: Unicode.Scalar) -> String? {
    for name in named where name.scalar == scalar { return name.escape }
    return isNumbered(scalar) ? number(scalar) : nil
  }

  /// A text between double quotes.
  package func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if let escape = self[scalar] {
        quoted += escape
      } else {
        quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  // MARK: Numbers

  /// `\u` and four digits, `\U` and eight.
  @Sendable package static func wide(_ scalar: Unicode.Scalar) -> String {
    let isWide = scalar.value > 0xFFFF
    return (isWide ? "\\U" : "\\u")
      + VisibleText.hexadecimal(scalar.value, width: isWide ? 8 : 4)
  }

  /// `\u` and four digits for each unit of UTF-16.
  @Sendable package static func units(_ scalar: Unicode.Scalar) -> String {
    UTF16.width(scalar) == 1
      ? "\\u" + VisibleText.hexadecimal(scalar.value)
      : "\\u" + VisibleText.hexadecimal(UInt32(UTF16.leadSurrogate(scalar)))
        + "\\u" + VisibleText.hexadecimal(UInt32(UTF16.trailSurrogate(scalar)))
  }
}
