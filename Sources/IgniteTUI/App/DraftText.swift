import IgniteSyntax

/// What a draft's file says: the text when it was opened, then every change, each with a check sum, so that
/// a file that breaks off is good up to there.
struct DraftText: Sendable {
  /// Where the config is kept, absent while it was never saved.
  var path: String?
  var format: ConfigFormat
  /// The text when it was opened.
  var base: [UInt8]
  /// The text with all changes.
  var text: [UInt8]
  /// How many changes there were.
  var count = 0

  private static let head = "allframe-draft 1"

  /// The file before there is a change.
  static func start(path: String?, format: ConfigFormat, base: [UInt8]) -> [UInt8] {
    let line = "\(head) \(format.rawValue) \(path.map { $0.utf8.count } ?? -1) \(base.count)\n"
    return Array(line.utf8) + Array((path ?? "").utf8) + base + Array("\n".utf8)
  }

  /// The record of a change.
  static func record(_ change: TextChange) -> [UInt8] {
    let sum = checkSum(change.inserted)
    let line = "change \(change.offset) \(change.removed.count) \(change.inserted.count) \(sum)\n"
    return Array(line.utf8) + change.inserted + Array("\n".utf8)
  }

  /// Reads a file; nothing where it is no draft.
  init?(_ bytes: [UInt8]) {
    var rest = bytes[...]
    guard let words = Self.line(&rest), words.count == 5, words[0] + " " + words[1] == Self.head,
      let format = ConfigFormat(rawValue: words[2]), let pathCount = Int(words[3]),
      let baseCount = Int(words[4]), let path = Self.take(max(0, pathCount), &rest),
      let base = Self.take(baseCount, &rest), Self.take(1, &rest) != nil
    else { return nil }
    self.path = pathCount < 0 ? nil : String(decoding: path, as: UTF8.self)
    self.format = format
    self.base = base
    text = base
    while let next = Self.change(&rest, in: text) {
      text = next
      count += 1
    }
  }

  private static func change(_ rest: inout ArraySlice<UInt8>, in text: [UInt8]) -> [UInt8]? {
    guard let words = line(&rest), words.count == 5, words[0] == "change",
      let offset = Int(words[1]), let removed = Int(words[2]), let count = Int(words[3]),
      let inserted = take(count, &rest), take(1, &rest) != nil, words[4] == checkSum(inserted),
      offset >= 0, removed >= 0, offset <= text.count, removed <= text.count - offset
    else { return nil }
    return Array(text[..<offset]) + inserted + text[(offset + removed)...]
  }

  private static func line(_ rest: inout ArraySlice<UInt8>) -> [String]? {
    guard let end = rest.prefix(200).firstIndex(of: 0x0A) else { return nil }
    let words = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ").map(String.init)
    rest = rest[(end + 1)...]
    return words
  }

  private static func take(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    guard count >= 0, count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  private static func checkSum(_ bytes: [UInt8]) -> String {
    var sum: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return String(sum, radix: 16)
  }
}
