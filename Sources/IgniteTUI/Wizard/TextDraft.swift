/// A line of text that is being typed, with its cursor.
struct TextDraft: Hashable, Sendable {
  private var scalars: [Unicode.Scalar]
  /// The place of the cursor, in scalars from the start.
  private(set) var cursor: Int

  /// Takes a text with the cursor at its end.
  init(_ text: String = "") {
    scalars = Array(text.unicodeScalars)
    cursor = scalars.count
  }

  /// The text.
  var text: String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  var isEmpty: Bool { scalars.isEmpty }

  /// The most that one line takes, so that a paste cannot swallow the memory.
  private static let limit = 20_000

  /// Types a text; line ends become blanks and other control characters are left out.
  mutating func insert(_ text: String) {
    let shown = text.unicodeScalars.compactMap(Self.typeable)
    let taken = shown.prefix(max(0, Self.limit - scalars.count))
    scalars.insert(contentsOf: taken, at: cursor)
    cursor += taken.count
  }

  private static func typeable(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    if scalar == "\n" || scalar == "\t" { return " " }
    let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    return isControl ? nil : scalar
  }

  /// Takes a key that edits a line; false when the key is none of those.
  mutating func handle(_ key: Key) -> Bool {
    if let character = key.typed {
      insert(String(character))
      return true
    }
    if key.modifiers == .control { return handleControl(key.code) }
    guard key.modifiers.isEmpty else { return false }
    switch key.code {
    case .backspace: remove(from: before(cursor), to: cursor)
    case .delete: remove(from: cursor, to: after(cursor))
    case .left: cursor = before(cursor)
    case .right: cursor = after(cursor)
    case .home: cursor = 0
    case .end: cursor = scalars.count
    default: return false
    }
    return true
  }

  private mutating func handleControl(_ code: KeyCode) -> Bool {
    switch code {
    case .character("a"): cursor = 0
    case .character("e"): cursor = scalars.count
    case .character("u"): remove(from: 0, to: cursor)
    case .character("k"): remove(from: cursor, to: scalars.count)
    case .character("w"), .backspace: remove(from: wordStart, to: cursor)
    case .left: cursor = wordStart
    case .right: cursor = wordEnd
    default: return false
    }
    return true
  }

  private mutating func remove(from start: Int, to end: Int) {
    scalars.removeSubrange(start..<end)
    cursor = start
  }

  /// A mark belongs to the scalar before it: the cursor never stands between the two.
  private func isMark(_ place: Int) -> Bool {
    scalars[place].properties.isGraphemeExtend
  }

  private func before(_ place: Int) -> Int {
    var place = place - 1
    while place > 0, isMark(place) { place -= 1 }
    return max(0, place)
  }

  private func after(_ place: Int) -> Int {
    var place = place + 1
    while place < scalars.count, isMark(place) { place += 1 }
    return min(scalars.count, place)
  }

  private var wordStart: Int { WordBounds.start(before: cursor, isWord: isWord) }

  private var wordEnd: Int {
    WordBounds.end(after: cursor, count: scalars.count, isWord: isWord)
  }

  private func isWord(_ place: Int) -> Bool {
    scalars[place].properties.isAlphabetic || scalars[place].properties.numericType != nil
  }
}
