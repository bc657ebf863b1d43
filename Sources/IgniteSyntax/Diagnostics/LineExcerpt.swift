/// One line of a source as it is shown: harmless, tabs expanded, cut around a place when too long.
struct LineExcerpt {
  /// What is shown, with `…` where the line was cut.
  let text: String
  private let pieces: [Piece]
  private let firstColumn: Int

  private struct Piece {
    let start: Int
    let end: Int
    let text: String
    let width: Int
  }

  /// Shows the line covered by `line`, in at most about `width` columns around the byte at `focus`.
  init(_ line: Span, of source: Source, around focus: Int, width: Int) {
    let whole = line.length <= 4 * width ? Self.pieces(of: line, in: source) : []
    if line.length <= 4 * width, Self.width(of: whole[...]) <= width {
      (pieces, firstColumn) = (whole, 0)
      text = Self.text(of: whole)
      return
    }
    let shown = Self.window(of: line, in: source, around: focus, width: width)
    let isCutBefore = (shown.first?.start ?? line.start) > line.start
    let isCutAfter = (shown.last?.end ?? line.end) < line.end
    (pieces, firstColumn) = (shown, isCutBefore ? 1 : 0)
    text = (isCutBefore ? "…" : "") + Self.text(of: shown) + (isCutAfter ? "…" : "")
  }

  /// The column at which the byte at `offset` is shown; the nearest edge when it is cut away.
  func column(of offset: Int) -> Int {
    var column = firstColumn
    for piece in pieces {
      if piece.start >= offset { return column }
      column += piece.width
    }
    return column
  }

  /// Whether only spaces are shown before the byte at `offset`.
  func isBlank(before offset: Int) -> Bool {
    firstColumn == 0
      && pieces.prefix { $0.start < offset }.allSatisfy { $0.text.allSatisfy { $0 == " " } }
  }

  private static func window(
    of line: Span, in source: Source, around focus: Int, width: Int
  ) -> [Piece] {
    let focus = source.scalarStart(at: min(max(focus, line.start), line.end))
    let from = source.scalarStart(at: max(line.start, focus - 8 * width))
    let to = source.scalarStart(at: min(line.end, focus + 8 * width))
    let before = pieces(of: Span(from, focus), in: source)
    let after = pieces(of: Span(focus, to), in: source)
    let reserved = min(Self.width(of: before[...]), width / 3)
    let right = fitting(after, width - reserved)
    let left = fitting(before.reversed(), width - Self.width(of: right[...]))
    return left.reversed() + right
  }

  private static func fitting(_ pieces: [Piece], _ width: Int) -> [Piece] {
    var used = 0
    return Array(
      pieces.prefix { piece in
        used += piece.width
        return used <= width
      })
  }

  private static func text(of pieces: [Piece]) -> String {
    let shown = pieces.reversed().drop { $0.text.allSatisfy { $0 == " " } }.reversed()
    return shown.map(\.text).joined()
  }

  private static func width(of pieces: ArraySlice<Piece>) -> Int {
    pieces.reduce(0) { $0 + $1.width }
  }

  private static func pieces(of span: Span, in source: Source) -> [Piece] {
    var pieces: [Piece] = []
    var parser = Unicode.UTF8.ForwardParser()
    var bytes = source.bytes[span.start..<span.end].makeIterator()
    var offset = span.start
    while true {
      switch parser.parseScalar(from: &bytes) {
      case .valid(let encoded):
        let end = offset + encoded.count
        pieces.append(piece(Unicode.UTF8.decode(encoded), at: offset, end))
        offset = end
      case .error(let length):
        for index in offset..<(offset + length) {
          pieces.append(piece(source.bytes[index], at: index))
        }
        offset += length
      case .emptyInput: return pieces
      }
    }
  }

  private static func piece(_ scalar: Unicode.Scalar, at offset: Int, _ end: Int) -> Piece {
    let isMark = scalar == "\u{FEFF}" && offset == 0
    let text = isMark ? "" : scalar == "\t" ? "    " : VisibleText.visible(scalar)
    return Piece(start: offset, end: end, text: text, width: TextWidth.of(text))
  }

  private static func piece(_ invalid: UInt8, at offset: Int) -> Piece {
    let digits = String(invalid, radix: 16, uppercase: true)
    return Piece(
      start: offset, end: offset + 1, text: "<\(digits)>", width: digits.utf8.count + 2)
  }
}

extension Source {
  /// The offset moved back to the start of the UTF-8 sequence it lies in.
  fileprivate func scalarStart(at offset: Int) -> Int {
    var start = offset
    while start > 0, start < bytes.count, offset - start < 3, bytes[start] & 0xC0 == 0x80 {
      start -= 1
    }
    return start
  }
}
