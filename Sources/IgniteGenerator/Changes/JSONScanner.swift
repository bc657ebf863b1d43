import IgniteSyntax

/// Reads JSON of which only whole numbers occur, as the manifest has it.
struct JSONScanner {
  private static let deepest = 8

  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0

  /// The value that the bytes spell, absent where they spell anything else.
  static func value(of bytes: [UInt8]) -> JSONValue? {
    bytes.withUnsafeBufferPointer { buffer in
      var scanner = JSONScanner(bytes: buffer)
      guard let value = scanner.value(depth: 0) else { return nil }
      scanner.skipSpace()
      return scanner.place == buffer.count ? value : nil
    }
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private mutating func value(depth: Int) -> JSONValue? {
    guard depth < Self.deepest else { return nil }
    skipSpace()
    guard place < bytes.count else { return nil }
    switch bytes[place] {
    case UInt8(ascii: "{"): return object(depth)
    case UInt8(ascii: "["): return array(depth)
    case UInt8(ascii: "\""): return string().map { .string($0) }
    case UInt8(ascii: "t"): return word("true", .boolean(true))
    case UInt8(ascii: "f"): return word("false", .boolean(false))
    case UInt8(ascii: "n"): return word("null", .null)
    default: return number()
    }
  }

  private mutating func object(_ depth: Int) -> JSONValue? {
    var members: [JSONMember] = []
    let isWhole = elements(until: UInt8(ascii: "}")) { scanner in
      scanner.skipSpace()
      guard let name = scanner.string(), scanner.take(UInt8(ascii: ":")),
        let value = scanner.value(depth: depth + 1)
      else { return false }
      members.append(JSONMember(name, value))
      return true
    }
    return isWhole ? .object(members) : nil
  }

  private mutating func array(_ depth: Int) -> JSONValue? {
    var values: [JSONValue] = []
    let isWhole = elements(until: UInt8(ascii: "]")) { scanner in
      guard let value = scanner.value(depth: depth + 1) else { return false }
      values.append(value)
      return true
    }
    return isWhole ? .array(values) : nil
  }

  private mutating func elements(
    until end: UInt8, _ element: (inout JSONScanner) -> Bool
  ) -> Bool {
    place += 1
    if take(end) { return true }
    repeat {
      guard element(&self) else { return false }
    } while take(UInt8(ascii: ","))
    return take(end)
  }

  private mutating func string() -> String? {
    guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return nil }
    let start = place + 1
    var end = start
    while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
      guard bytes[end] >= 0x20 else { return nil }
      end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard end < bytes.count else { return nil }
    place = end + 1
    let inside = UnsafeBufferPointer(rebasing: bytes[start..<end])
    guard inside.contains(UInt8(ascii: "\\")) else {
      return String(validating: inside, as: UTF8.self)
    }
    return String(validating: inside, as: UTF8.self).flatMap(JSONScanner.unescaped)
  }

  private static func unescaped(_ text: String) -> String? {
    var units: [UInt16] = []
    var rest = text.utf16[...]
    while let unit = rest.popFirst() {
      guard unit == 0x5C else {
        units.append(unit)
        continue
      }
      guard let letter = rest.popFirst().flatMap({ Unicode.Scalar($0) }) else { return nil }
      if letter == "u" {
        let digits = String(decoding: rest.prefix(4), as: UTF16.self)
        guard digits.utf8.count == 4, let number = UInt16(digits, radix: 16) else { return nil }
        units.append(number)
        rest = rest.dropFirst(4)
      } else {
        guard let unit = escapes[letter] else { return nil }
        units.append(unit)
      }
    }
    return String(validating: units, as: UTF16.self)
  }

  private static let escapes: [Unicode.Scalar: UInt16] = [
    "\"": 0x22, "\\": 0x5C, "/": 0x2F, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9,
  ]

  private mutating func number() -> JSONValue? {
    let start = place
    if place < bytes.count, bytes[place] == UInt8(ascii: "-") { place += 1 }
    while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) {
      place += 1
    }
    return Int64(String(decoding: bytes[start..<place], as: UTF8.self)).map { .integer($0) }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) -> JSONValue? {
    let count = word.utf8CodeUnitCount
    guard place + count <= bytes.count,
      bytes[place..<place + count].elementsEqual(
        UnsafeBufferPointer(start: word.utf8Start, count: count))
    else { return nil }
    place += count
    return value
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  private mutating func skipSpace() {
    while place < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[place]) { place += 1 }
  }
}
