/// Writes values as TOML 1.0 text.
public enum TOMLWriter {
  /// A text as a basic string on one line, quotes included.
  public static func string(_ text: String) -> String {
    var written = "\""
    for scalar in text.unicodeScalars { written += escaped(scalar) }
    return written + "\""
  }

  /// A key: bare where it can be, otherwise quoted.
  public static func key(_ name: String) -> String {
    let isBare = !name.isEmpty && name.utf8.allSatisfy { ByteSet.bareKey.contains($0) }
    return isBare ? name : string(name)
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\u{08}": "\\b"
    case "\t": "\\t"
    case "\n": "\\n"
    case "\u{0C}": "\\f"
    case "\r": "\\r"
    case "\u{00}"..."\u{1F}", "\u{7F}": unicodeEscape(scalar)
    default: String(scalar)
    }
  }

  private static func unicodeEscape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
