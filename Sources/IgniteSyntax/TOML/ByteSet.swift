/// A set of ASCII bytes; bytes from 0x80 on are never members.
struct ByteSet {
  let low: UInt64
  let high: UInt64

  @inline(__always) func contains(_ byte: UInt8) -> Bool {
    byte < 0x80 && ((byte < 0x40 ? low : high) >> UInt64(byte & 0x3F)) & 1 == 1
  }

  /// Letters, digits, `_` and `-`.
  @inline(__always) static var bareKey: ByteSet {
    ByteSet(low: 0x03FF_2000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
  }
  /// Control characters other than the tab.
  @inline(__always) static var control: ByteSet {
    ByteSet(low: 0x0000_0000_FFFF_FDFF, high: 0x8000_0000_0000_0000)
  }
  /// What interrupts the plain run of a basic string.
  @inline(__always) static var basicStringStop: ByteSet {
    ByteSet(low: 0x0000_0004_FFFF_FDFF, high: 0x8000_0000_1000_0000)
  }
  /// What interrupts the plain run of a literal string.
  @inline(__always) static var literalStringStop: ByteSet {
    ByteSet(low: 0x0000_0080_FFFF_FDFF, high: 0x8000_0000_0000_0000)
  }
  /// What ends a number, a date or a word.
  @inline(__always) static var wordStop: ByteSet {
    ByteSet(low: 0x2000_108D_0000_2601, high: 0x2800_0000_2800_0000)
  }
}

extension UInt8 {
  @inline(__always) var isDigit: Bool { self &- 0x30 < 10 }
  @inline(__always) var isBlank: Bool { self == 0x20 || self == 0x09 }
}

/// The bytes that mean something in TOML.
enum Byte {
  static let tab: UInt8 = 0x09
  static let newline: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let quote: UInt8 = 0x22
  static let hash: UInt8 = 0x23
  static let apostrophe: UInt8 = 0x27
  static let plus: UInt8 = 0x2B
  static let comma: UInt8 = 0x2C
  static let minus: UInt8 = 0x2D
  static let dot: UInt8 = 0x2E
  static let zero: UInt8 = 0x30
  static let colon: UInt8 = 0x3A
  static let equals: UInt8 = 0x3D
  static let openBracket: UInt8 = 0x5B
  static let backslash: UInt8 = 0x5C
  static let closeBracket: UInt8 = 0x5D
  static let underscore: UInt8 = 0x5F
  static let openBrace: UInt8 = 0x7B
  static let closeBrace: UInt8 = 0x7D
}
