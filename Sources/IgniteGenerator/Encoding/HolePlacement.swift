/// What has to stand around a hole, so that its encoding means what it says.
enum HolePlacement: Hashable, Sendable {
  /// Nothing in particular.
  case anywhere
  /// The hole stands between double quotes.
  case insideQuotes
  /// Only blanks and the mark of a comment come before it on its line.
  case afterCommentMark([String])
  /// No letter, digit or other hole touches it: it is a whole identifier.
  case wholeWord
  /// A letter, digit or other hole touches it: it is a part of an identifier.
  case partOfWord

  /// Why an encoder does not fit its place; absent where it fits.
  func fault(of encoder: String, in place: HoleSurroundings) -> String? {
    switch self {
    case .anywhere: nil
    case .insideQuotes:
      place.isInsideQuotes ? nil : "`\(encoder)` stands only between double quotes"
    case .afterCommentMark(let marks):
      place.comment.map { marks.contains($0) } == true
        ? nil : "`\(encoder)` stands only after \(marks.joined(separator: " or ")) on its own line"
    case .wholeWord:
      place.touchesWord
        ? "`\(encoder)` is a whole identifier, but something touches it; a part is `rust.word`"
        : nil
    case .partOfWord:
      place.touchesWord
        ? nil
        : "`\(encoder)` is a part of an identifier, but nothing touches it; a whole one is `rust.ident`"
    }
  }
}

/// The text around a hole.
struct HoleSurroundings {
  private let before: TemplatePiece.Content?
  private let after: TemplatePiece.Content?
  /// The text of the hole's line up to the hole; other holes are gone from it.
  private let line: [UInt8]

  init(pieces: [TemplatePiece], hole: Int) {
    before = hole > 0 ? pieces[hole - 1].content : nil
    after = hole + 1 < pieces.count ? pieces[hole + 1].content : nil
    line = Self.line(upTo: hole, in: pieces)
  }

  private static func line(upTo hole: Int, in pieces: [TemplatePiece]) -> [UInt8] {
    var line: [UInt8] = []
    for piece in pieces[..<hole].reversed() {
      guard case .text(let bytes) = piece.content else { continue }
      if let end = bytes.lastIndex(of: 0x0A) { return bytes[(end + 1)...] + line }
      line = bytes + line
    }
    return line
  }

  /// Whether an odd number of unescaped double quotes comes before the hole on its line.
  var isInsideQuotes: Bool {
    var isInside = false
    var isEscaped = false
    for byte in line {
      if byte == UInt8(ascii: "\"") && !isEscaped { isInside.toggle() }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    return isInside
  }

  /// The mark that is all there is before the hole on its line, blanks aside.
  var comment: String? {
    let words = line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 })
    guard words.count == 1, line.last == 0x20 else { return nil }
    return String(decoding: words[0], as: UTF8.self)
  }

  var touchesWord: Bool {
    Self.isWord(before, \.last) || Self.isWord(after, \.first)
  }

  private static func isWord(
    _ content: TemplatePiece.Content?, _ end: KeyPath<[UInt8], UInt8?>
  ) -> Bool {
    switch content {
    case .hole: return true
    case .text(let bytes): return bytes[keyPath: end].map { $0.isWordByte } ?? false
    case .tag, nil: return false
    }
  }
}

extension UInt8 {
  /// Whether this is an ASCII letter, a digit or an underscore.
  var isWordByte: Bool {
    (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
      || self == 0x5F
  }
}
