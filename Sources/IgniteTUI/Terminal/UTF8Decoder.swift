/// Puts scalars together from bytes that come one by one.
struct UTF8Decoder: Sendable {
  private var bytes: [UInt8] = []
  private var missing = 0

  /// Whether a scalar has begun and not ended.
  var isWaiting: Bool { missing > 0 }

  /// The scalars that a byte completes; what is malformed gives U+FFFD.
  mutating func read(_ byte: UInt8) -> [Unicode.Scalar] {
    guard missing > 0 else { return begin(byte) }
    guard byte & 0xC0 == 0x80 else {
      reset()
      return ["\u{FFFD}"] + begin(byte)
    }
    bytes.append(byte)
    missing -= 1
    if missing > 0 { return [] }
    defer { reset() }
    return Array(String(decoding: bytes, as: UTF8.self).unicodeScalars.prefix(1))
  }

  /// U+FFFD where a scalar was cut off.
  mutating func finish() -> Unicode.Scalar? {
    defer { reset() }
    return isWaiting ? "\u{FFFD}" : nil
  }

  private mutating func begin(_ byte: UInt8) -> [Unicode.Scalar] {
    switch byte {
    case 0..<0x80: return [Unicode.Scalar(byte)]
    case 0xC2...0xDF: missing = 1
    case 0xE0...0xEF: missing = 2
    case 0xF0...0xF4: missing = 3
    default: return ["\u{FFFD}"]
    }
    bytes = [byte]
    return []
  }

  private mutating func reset() {
    missing = 0
    bytes.removeAll(keepingCapacity: true)
  }
}
