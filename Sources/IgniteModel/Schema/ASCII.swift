extension UInt8 {
  /// Whether it is one of `0` to `9`.
  var isASCIIDigit: Bool { (0x30...0x39).contains(self) }

  /// Whether it is one of `a` to `z`.
  var isASCIILowercase: Bool { (0x61...0x7A).contains(self) }

  /// Whether it is one of `A` to `Z`.
  var isASCIIUppercase: Bool { (0x41...0x5A).contains(self) }

  /// Whether it is one of `A` to `Z` or `a` to `z`.
  var isASCIILetter: Bool { isASCIILowercase || isASCIIUppercase }
}
