/// Writes values as TOML 1.0 text.
public enum TOMLWriter {
  /// The widest line that a list or an inline table is kept on, in bytes.
  static let lineWidth = 100

  /// A text as a basic string on one line, quotes included.
  public static func string(_ text: String) -> String { escapes.quoted(text) }

  /// A key: bare where it can be, otherwise quoted.
  public static func key(_ name: String) -> String {
    let isBare = !name.isEmpty && name.utf8.allSatisfy { ByteSet.bareKey.contains($0) }
    return isBare ? name : string(name)
  }

  /// Keys joined by dots.
  static func key(_ names: [String]) -> String { names.map(key).joined(separator: ".") }

  /// A value on one line.
  public static func inline(_ value: ConfigValue) -> String {
    switch value {
    case .string(let text): string(text)
    case .integer(let number): String(number)
    case .float(let number): float(number)
    case .boolean(let flag): flag ? "true" : "false"
    case .dateTime(let literal): literal.text
    case .array(let elements): "[" + elements.map(inline).joined(separator: ", ") + "]"
    case .table(let members): inline(members)
    }
  }

  private static func inline(_ members: [ConfigMember]) -> String {
    guard !members.isEmpty else { return "{}" }
    return "{ " + members.map { "\(key($0.key)) = \(inline($0.value))" }.joined(separator: ", ")
      + " }"
  }

  private static func float(_ number: Double) -> String {
    if number.isNaN { return "nan" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    return String(number)
  }

  /// A value after `key = `: long lists one element a line, texts of several lines between `\"""`.
  static func statementValue(
    _ value: ConfigValue, column: Int, indentation: String = "", lineEnd: String
  ) -> String {
    switch value {
    case .string(let text) where isMultiline(text) && lineEnd == "\n": return multilineString(text)
    case .array(let elements):
      let line = inline(value)
      guard column + line.utf8.count > lineWidth, !elements.isEmpty else { return line }
      let lines = elements.map { "\(indentation)  \(inline($0)),\(lineEnd)" }
      return "[\(lineEnd)\(lines.joined())\(indentation)]"
    default: return inline(value)
    }
  }

  /// Whether a text reads better on several lines: a line break inside, no blanks at line ends that
  /// an editor might strip, no control characters.
  private static func isMultiline(_ text: String) -> Bool {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.dropLast().count > (text.hasSuffix("\n") ? 1 : 0)
      && lines.allSatisfy { line in
        line.utf8.last?.isBlank != true && !line.utf8.contains { ByteSet.control.contains($0) }
      }
  }

  private static func multilineString(_ text: String) -> String {
    var written = ""
    var quotes = 0
    for scalar in text.unicodeScalars {
      quotes = scalar == "\"" ? quotes + 1 : 0
      if quotes == 3 { quotes = 0 }
      let isThirdQuote = scalar == "\"" && quotes == 0
      written += scalar == "\\" || isThirdQuote ? "\\\(scalar)" : String(scalar)
    }
    if quotes > 0 {
      written.unicodeScalars.removeLast()
      written += "\\\""
    }
    return "\"\"\"\n\(written)\"\"\""
  }

  private static let escapes = TextEscapes(
    besides: ["\u{08}": "\\b", "\u{0C}": "\\f"],
    numbering: { $0.value < 0x20 || $0.value == 0x7F }, as: TextEscapes.wide)
}
