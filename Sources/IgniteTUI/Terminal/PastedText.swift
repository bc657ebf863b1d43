/// What a terminal hands over as pasted, made into text.
enum PastedText {
  /// Line ends become LF; controls and what is not UTF-8 do not survive.
  static func cleaned(_ bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    var previous: Unicode.Scalar = " "
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if scalar == "\r" || (scalar == "\n" && previous != "\r") {
        text.append("\n")
      } else if isKept(scalar) {
        text.append(scalar)
      }
      previous = scalar
    }
    return String(text)
  }

  private static func isKept(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    return value == 0x09 || (value >= 0x20 && value != 0x7F && !(0x80..<0xA0).contains(value))
  }
}
