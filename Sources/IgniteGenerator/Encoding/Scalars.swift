import IgniteSyntax

/// What encoders know about characters.
enum Scalars {
  /// Whether the character is invisible or moves the text around it: controls, marks of direction,
  /// separators of lines, surrogates' stand-ins and characters that are none.
  @Sendable static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
    case 0xFFF9...0xFFFB, 0xFFFE, 0xFFFF, 0xE0000...0xE0FFF: true
    default: scalar.value & 0xFFFE == 0xFFFE
    }
  }

  /// Whether some language ends a line here.
  static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// The lines of a text, whatever ends them in whatever language; CR LF counts once.
  static func lines(of text: String) -> [String] {
    var lines = [String()]
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      if isLineEnd(scalar) {
        if !(scalar == "\n" && previous == "\r") { lines.append("") }
      } else {
        lines[lines.count - 1].unicodeScalars.append(scalar)
      }
      previous = scalar
    }
    return lines
  }
}

extension [UInt8] {
  /// Appends a character in UTF-8.
  mutating func append(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      append(UInt8(truncatingIfNeeded: scalar.value))
    } else {
      append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }

  /// Appends a character, or what stands for it.
  mutating func append(_ scalar: Unicode.Scalar, _ escapes: TextEscapes) {
    if let escape = escapes[scalar] { self += escape.utf8 } else { append(scalar) }
  }

  /// Appends a text between quotes, or without them where a template has them.
  mutating func appendQuoted(_ text: String, isBare: Bool = false, _ escapes: TextEscapes) {
    if !isBare { append(UInt8(ascii: "\"")) }
    for scalar in text.unicodeScalars { append(scalar, escapes) }
    if !isBare { append(UInt8(ascii: "\"")) }
  }
}

extension TextEscapes {
  /// Those of most languages: hidden characters by `\u` or `\U`.
  static let usual = TextEscapes(numbering: Scalars.isHidden, as: wide)
}
