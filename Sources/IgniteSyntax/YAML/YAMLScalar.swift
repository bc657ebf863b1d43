/// What a plain scalar means by the core schema of YAML 1.2.
enum YAMLScalar: Hashable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case float(Double)
  case string
  /// A whole number that has no place in 64 bits.
  case integerOutOfRange
  /// Text to YAML 1.2, a truth value to older readers.
  case oldBoolean(Bool)
  /// Text that looks like a number in octal or in decimal, depending on who reads.
  case leadingZero

  /// Reads a plain scalar.
  init(_ text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE": self = .boolean(true)
    case "false", "False", "FALSE": self = .boolean(false)
    case "yes", "Yes", "YES", "on", "On", "ON": self = .oldBoolean(true)
    case "no", "No", "NO", "off", "Off", "OFF": self = .oldBoolean(false)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": self = .float(.infinity)
    case "-.inf", "-.Inf", "-.INF": self = .float(-.infinity)
    case ".nan", ".NaN", ".NAN": self = .float(.nan)
    default: self = Self.number(text)
    }
  }

  private static func number(_ text: String) -> YAMLScalar {
    guard let first = text.utf8.first, text.utf8.count <= 400 else { return .string }
    guard isDigit(first) || "+-.".utf8.contains(first) else { return .string }
    if text.hasPrefix("0x") { return integer(text.dropFirst(2), radix: 16) }
    if text.hasPrefix("0o") { return integer(text.dropFirst(2), radix: 8) }
    let digits = "+-".utf8.contains(first) ? text.dropFirst() : text[...]
    if !digits.isEmpty, digits.utf8.allSatisfy(isDigit) {
      if digits.utf8.count > 1, digits.utf8.first == 0x30 { return .leadingZero }
      return Int64(text).map(YAMLScalar.integer) ?? .integerOutOfRange
    }
    return isFloat(digits) ? Double(text).map(YAMLScalar.float) ?? .string : .string
  }

  private static func integer(_ digits: Substring, radix: Int) -> YAMLScalar {
    let isNumber =
      !digits.isEmpty
      && digits.utf8.allSatisfy { byte in
        isDigit(byte) && byte - 0x30 < radix
          || radix == 16 && ((0x41...0x46).contains(byte) || (0x61...0x66).contains(byte))
      }
    guard isNumber else { return .string }
    return Int64(digits, radix: radix).map(YAMLScalar.integer) ?? .integerOutOfRange
  }

  /// Whether the text is digits with a fraction or an exponent.
  private static func isFloat(_ text: Substring) -> Bool {
    var rest = text.utf8[...]
    let whole = rest.prefix(while: isDigit).count
    rest = rest.dropFirst(whole)
    var fraction = 0
    if rest.first == 0x2E {
      rest = rest.dropFirst()
      fraction = rest.prefix(while: isDigit).count
      rest = rest.dropFirst(fraction)
    }
    guard whole + fraction > 0 else { return false }
    if rest.first == 0x65 || rest.first == 0x45 {
      rest = rest.dropFirst()
      if rest.first == 0x2B || rest.first == 0x2D { rest = rest.dropFirst() }
      return !rest.isEmpty && rest.allSatisfy(isDigit)
    }
    return rest.isEmpty
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
