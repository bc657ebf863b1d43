import IgniteSyntax

/// What is looked for in the source, while it is typed.
struct SourceSearch: Sendable {
  private(set) var draft = TextDraft()
  /// Where the cursor stood when the search began.
  let start: Int

  init(from start: Int) { self.start = start }

  var text: String { draft.text }

  /// Types into the search; false when the key means nothing there.
  mutating func handle(_ key: Key) -> Bool { draft.handle(key) }

  mutating func insert(_ text: String) { draft.insert(text) }

  /// The next place behind an offset, from the start again at the end; capitals and small letters are one.
  func next(after offset: Int, in bytes: [UInt8]) -> Int? {
    let hits = hits(in: bytes)
    return hits.first { $0 > offset } ?? hits.first
  }

  /// The place before an offset, from the end again at the start.
  func previous(before offset: Int, in bytes: [UInt8]) -> Int? {
    let hits = hits(in: bytes)
    return hits.last { $0 < offset } ?? hits.last
  }

  /// Every place of the text, in bytes.
  func hits(in bytes: [UInt8]) -> [Int] {
    let wanted = text.utf8.map(Self.folded)
    guard !wanted.isEmpty, wanted.count <= bytes.count else { return [] }
    return (0...bytes.count - wanted.count).filter { place in
      wanted.indices.allSatisfy { Self.folded(bytes[place + $0]) == wanted[$0] }
    }
  }

  private static func folded(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte + 0x20 : byte
  }
}
