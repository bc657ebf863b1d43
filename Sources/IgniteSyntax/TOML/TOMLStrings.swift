/// Turns the text of TOML strings into what they stand for.
enum TOMLStrings {
  /// The text that a string, quotes included, stands for; its line ends are LF however the file
  /// ends its lines, so that a checkout on another system says the same.
  static func decode(_ raw: UnsafeBufferPointer<UInt8>, hasEscapes: Bool) -> String {
    let content = UnsafeBufferPointer(rebasing: raw[contentRange(raw)])
    if content.contains(Byte.carriageReturn) {
      return decodeContent(content.filter { $0 != Byte.carriageReturn }, hasEscapes: hasEscapes)
    }
    return decodeContent(content, hasEscapes: hasEscapes)
  }

  private static func decodeContent(
    _ content: some Collection<UInt8>, hasEscapes: Bool
  ) -> String {
    guard hasEscapes else { return String(decoding: content, as: UTF8.self) }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(content.count)
    unescape(content, into: &decoded)
    return String(decoding: decoded, as: UTF8.self)
  }

  /// Where the content lies between the quotes; the line end after opening quotes is not of it.
  private static func contentRange(_ raw: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    let isMultiline = raw.count >= 6 && raw[1] == raw[0] && raw[2] == raw[0]
    guard isMultiline else { return min(1, raw.count)..<max(min(1, raw.count), raw.count - 1) }
    var start = 3
    let end = raw.count - 3
    if start < end, raw[start] == Byte.newline {
      start += 1
    } else if start + 1 < end, raw[start] == Byte.carriageReturn, raw[start + 1] == Byte.newline {
      start += 2
    }
    return start..<end
  }

  /// Appends the bytes that escaped text stands for; escapes that are invalid stay as they are.
  static func unescape(_ text: some Collection<UInt8>, into output: inout [UInt8]) {
    var rest = ArraySlice(text)
    while let current = rest.popFirst() {
      if current == Byte.backslash, let letter = rest.first {
        unescape(letter, &rest, into: &output)
      } else {
        output.append(current)
      }
    }
  }

  private static func unescape(
    _ letter: UInt8, _ rest: inout ArraySlice<UInt8>, into output: inout [UInt8]
  ) {
    if let plain = simpleEscapes[letter] {
      output.append(plain)
      rest = rest.dropFirst()
    } else if let digits = hexLengths[letter] {
      appendScalar(rest.dropFirst().prefix(digits), into: &output)
      rest = rest.dropFirst(digits + 1)
    } else {
      rest = rest.drop { $0.isBlank || $0 == Byte.newline || $0 == Byte.carriageReturn }
    }
  }

  private static let simpleEscapes: [UInt8: UInt8] = [
    0x62: 0x08, 0x74: 0x09, 0x6E: 0x0A, 0x66: 0x0C, 0x72: 0x0D, 0x65: 0x1B,
    Byte.quote: Byte.quote, Byte.backslash: Byte.backslash,
  ]

  private static let hexLengths: [UInt8: Int] = [0x78: 2, 0x75: 4, 0x55: 8]

  private static func appendScalar(
    _ digits: ArraySlice<UInt8>, into output: inout [UInt8]
  ) {
    let value = digits.reduce(UInt32(0)) { $0 << 4 | (TOMLWord.hexDigit($1) ?? 0) }
    let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
    output.append(contentsOf: String(scalar).utf8)
  }
}
