/// Recognises numbers, dates and booleans by their text.
struct TOMLWord {
  private let text: UnsafeBufferPointer<UInt8>
  private let version: TOMLVersion

  /// What the text is written as, absent where it is no value.
  static func kind(
    _ text: UnsafeBufferPointer<UInt8>, version: TOMLVersion
  ) -> TOMLNode.Kind? {
    TOMLWord(text: text, version: version).kind
  }

  @inline(__always) static func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte) - 0x30
    case 0x41...0x46: UInt32(byte) - 0x37
    case 0x61...0x66: UInt32(byte) - 0x57
    default: nil
    }
  }

  @inline(__always) private func at(_ offset: Int) -> UInt8 {
    offset < text.count ? text[offset] : 0
  }

  private var kind: TOMLNode.Kind? {
    let first = at(0)
    if first == 0x74 { return isWord("true", from: 0) ? .boolean : nil }
    if first == 0x66 { return isWord("false", from: 0) ? .boolean : nil }
    let start = first == Byte.plus || first == Byte.minus ? 1 : 0
    switch at(start) {
    case 0x69: return isWord("inf", from: start) ? .float : nil
    case 0x6E: return isWord("nan", from: start) ? .float : nil
    case 0x30...0x39: return start == 0 ? unsignedKind : numberKind(from: 1)
    default: return nil
    }
  }

  private func isWord(_ word: StaticString, from start: Int) -> Bool {
    guard text.count - start == word.utf8CodeUnitCount else { return false }
    return (0..<word.utf8CodeUnitCount).allSatisfy { text[start + $0] == word.utf8Start[$0] }
  }

  private var unsignedKind: TOMLNode.Kind? {
    if at(0) == Byte.zero {
      switch at(1) {
      case 0x78: return isPrefixedInteger(bits: 4) ? .integer : nil
      case 0x6F: return isPrefixedInteger(bits: 3) ? .integer : nil
      case 0x62: return isPrefixedInteger(bits: 1) ? .integer : nil
      default: break
      }
    }
    if at(2) == Byte.colon { return TOMLDateTime(text, version).kind }
    if at(4) == Byte.minus, at(1).isDigit, at(2).isDigit, at(3).isDigit {
      return TOMLDateTime(text, version).kind
    }
    return numberKind(from: 0)
  }

  private func isPrefixedInteger(bits: Int) -> Bool {
    var value: UInt64 = 0
    var isAfterDigit = false
    for byte in text.dropFirst(2) {
      if byte == Byte.underscore {
        guard isAfterDigit else { return false }
        isAfterDigit = false
        continue
      }
      guard let digit = Self.hexDigit(byte), digit < 1 << bits, value <= UInt64(Int64.max) >> bits
      else { return false }
      value = value << UInt64(bits) | UInt64(digit)
      isAfterDigit = true
    }
    return isAfterDigit
  }

  private func numberKind(from start: Int) -> TOMLNode.Kind? {
    var offset = start
    guard skipDigits(&offset) else { return nil }
    let hasLeadingZero = at(start) == Byte.zero && offset > start + 1
    if hasLeadingZero { return nil }
    if offset == text.count { return isInRange(from: start) ? .integer : nil }
    if at(offset) == Byte.dot {
      offset += 1
      guard skipDigits(&offset) else { return nil }
    }
    if at(offset) | 0x20 == 0x65 {
      offset += 1
      if at(offset) == Byte.plus || at(offset) == Byte.minus { offset += 1 }
      guard skipDigits(&offset) else { return nil }
    }
    return offset == text.count ? .float : nil
  }

  /// Skips digits with single underscores between them; at least one digit must be there.
  @inline(__always) private func skipDigits(_ offset: inout Int) -> Bool {
    guard at(offset).isDigit else { return false }
    while true {
      if at(offset).isDigit {
        offset += 1
      } else if at(offset) == Byte.underscore {
        guard at(offset - 1).isDigit, at(offset + 1).isDigit else { return false }
        offset += 1
      } else {
        return true
      }
    }
  }

  private func isInRange(from start: Int) -> Bool {
    if text.count - start <= 18 { return true }
    return Self.integer(text) != nil
  }

  /// The number that a text of kind `.integer` stands for, absent when 64 bits do not hold it.
  static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    var digits = text[...]
    var radix: Int64 = 10
    if text.count > 2, text[0] == Byte.zero, !text[1].isDigit, text[1] != Byte.underscore {
      radix = text[1] == 0x78 ? 16 : text[1] == 0x6F ? 8 : 2
      digits = digits.dropFirst(2)
    }
    let isNegative = digits.first == Byte.minus
    if isNegative || digits.first == Byte.plus { digits = digits.dropFirst() }
    var value: Int64 = 0
    for byte in digits where byte != Byte.underscore {
      let digit = Int64(hexDigit(byte) ?? 0)
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: radix)
      let (sum, hasOverflown) = product.subtractingReportingOverflow(digit)
      if isTooLarge || hasOverflown { return nil }
      value = sum
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }

  /// The number that a text of kind `.float` stands for.
  static func float(_ text: UnsafeBufferPointer<UInt8>) -> Double {
    let plain = text.filter { $0 != Byte.underscore }
    return Double(String(decoding: plain, as: UTF8.self)) ?? .nan
  }
}
