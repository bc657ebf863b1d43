extension TOMLParser {
  /// Whether the position begins a line that reads like `key =` or `[name]`: then the bracket around
  /// it was never closed.
  var isAtStatement: Bool {
    guard isFirstOnLine else { return false }
    return byte() == Byte.openBracket ? isAtHeaderLine : isAtAssignment
  }

  private var isFirstOnLine: Bool {
    var before = position - 1
    while before >= 0, bytes[before].isBlank { before -= 1 }
    return before < 0 || bytes[before] == Byte.newline
  }

  private var isAtAssignment: Bool {
    var end = endOfDottedName(from: position)
    guard end > position else { return false }
    while byte(at: end).isBlank { end += 1 }
    return byte(at: end) == Byte.equals
  }

  private var isAtHeaderLine: Bool {
    var start = position
    while byte(at: start) == Byte.openBracket, start < position + 2 { start += 1 }
    var end = endOfDottedName(from: start)
    guard end > start, byte(at: end) == Byte.closeBracket, !isValue(start..<end)
    else { return false }
    while byte(at: end) == Byte.closeBracket { end += 1 }
    while byte(at: end).isBlank { end += 1 }
    return end >= bytes.count || isNewline(at: end) || byte(at: end) == Byte.hash
  }

  private func endOfDottedName(from start: Int) -> Int {
    var end = start
    while ByteSet.bareKey.contains(byte(at: end)) || byte(at: end) == Byte.dot { end += 1 }
    return end
  }

  private func isValue(_ range: Range<Int>) -> Bool {
    TOMLWord.kind(UnsafeBufferPointer(rebasing: bytes[range]), version: version) != nil
  }

  /// Skips a value that is nested too deeply, brackets inside strings and comments left aside.
  mutating func skipTooDeep() -> Bool {
    let start = position
    reportDepth(at: Span(start, start + 1))
    var open = 0
    repeat {
      if isAtNewline, isStatementNext { break }
      open += skipStep()
    } while open > 0 && !isAtEnd
    emit(.unreadable, from: start)
    return true
  }

  private var isStatementNext: Bool {
    var next = self
    next.position += byte() == Byte.carriageReturn ? 2 : 1
    while next.byte().isBlank { next.position += 1 }
    return next.isAtStatement
  }

  /// Skips one string, comment or byte and tells by how much the nesting changed.
  private mutating func skipStep() -> Int {
    let current = byte()
    switch current {
    case Byte.quote, Byte.apostrophe: skipQuoted(current)
    case Byte.hash: while !isAtEnd, !isAtNewline { position += 1 }
    default: position += 1
    }
    switch current {
    case Byte.openBracket, Byte.openBrace: return 1
    case Byte.closeBracket, Byte.closeBrace: return -1
    default: return 0
    }
  }

  private mutating func skipQuoted(_ quote: UInt8) {
    let isMultiline = byte(1) == quote && byte(2) == quote
    position += isMultiline ? 3 : 1
    while !isAtEnd {
      let current = byte()
      if !isMultiline, isAtNewline { return }
      if current == quote, !isMultiline || (byte(1) == quote && byte(2) == quote) {
        position += isMultiline ? 3 : 1
        return
      }
      let isEscape = current == Byte.backslash && quote == Byte.quote
      position += isEscape && position + 1 < bytes.count ? 2 : 1
    }
  }
}
