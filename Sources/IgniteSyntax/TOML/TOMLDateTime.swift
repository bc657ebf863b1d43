/// Recognises dates and times by their text, and brings them to their normal spelling.
struct TOMLDateTime {
  private let text: UnsafeBufferPointer<UInt8>
  private let version: TOMLVersion

  init(_ text: UnsafeBufferPointer<UInt8>, _ version: TOMLVersion) {
    self.text = text
    self.version = version
  }

  @inline(__always) private func at(_ offset: Int) -> UInt8 {
    offset < text.count ? text[offset] : 0
  }

  private func twoDigits(_ offset: Int) -> Int? {
    guard at(offset).isDigit, at(offset + 1).isDigit else { return nil }
    return Int(at(offset) - 0x30) * 10 + Int(at(offset + 1) - 0x30)
  }

  /// Which kind it is, absent where it is no date and no time.
  var kind: TOMLNode.Kind? {
    if at(2) == Byte.colon { return endOfTime(from: 0) == text.count ? .localTime : nil }
    guard isDate else { return nil }
    if text.count == 10 { return .localDate }
    guard at(10) | 0x20 == 0x74 || at(10) == Byte.space, let end = endOfTime(from: 11)
    else { return nil }
    if end == text.count { return .localDateTime }
    return isOffset(from: end) ? .offsetDateTime : nil
  }

  private var isDate: Bool {
    guard let century = twoDigits(0), let rest = twoDigits(2), let month = twoDigits(5),
      let day = twoDigits(8), at(4) == Byte.minus, at(7) == Byte.minus, (1...12).contains(month)
    else { return false }
    let year = century * 100 + rest
    let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    let lengths = (31, isLeap ? 29 : 28, 30)
    let length = month == 2 ? lengths.1 : [4, 6, 9, 11].contains(month) ? lengths.2 : lengths.0
    return (1...length).contains(day)
  }

  /// Where the time that begins at `start` ends, absent where none begins.
  private func endOfTime(from start: Int) -> Int? {
    guard let hour = twoDigits(start), hour < 24, at(start + 2) == Byte.colon,
      let minute = twoDigits(start + 3), minute < 60
    else { return nil }
    guard at(start + 5) == Byte.colon else { return version == .v1_1 ? start + 5 : nil }
    guard let second = twoDigits(start + 6), second <= 60 else { return nil }
    guard at(start + 8) == Byte.dot else { return start + 8 }
    var end = start + 9
    while at(end).isDigit { end += 1 }
    return end > start + 9 ? end : nil
  }

  private func isOffset(from start: Int) -> Bool {
    if at(start) | 0x20 == 0x7A { return start + 1 == text.count }
    guard at(start) == Byte.plus || at(start) == Byte.minus, start + 6 == text.count,
      at(start + 3) == Byte.colon, let hours = twoDigits(start + 1),
      let minutes = twoDigits(start + 4)
    else { return false }
    return hours < 24 && minutes < 60
  }

  /// The RFC 3339 spelling of a valid text: `T`, seconds, `Z`.
  var normalized: String {
    var bytes = Array(text)
    let timeStart = at(2) == Byte.colon ? 0 : 11
    if bytes.count > 10, timeStart == 11 { bytes[10] = 0x54 }
    if bytes.last == 0x7A { bytes[bytes.count - 1] = 0x5A }
    if bytes.count >= timeStart + 5, at(timeStart + 5) != Byte.colon {
      bytes.insert(contentsOf: [Byte.colon, Byte.zero, Byte.zero], at: timeStart + 5)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
