extension TOMLParser {
  /// Reads `"…"`; false, with the rest of the line given up, where it has no end.
  mutating func parseBasicString(_ hasEscapes: inout Bool) -> Bool {
    let start = position
    position += 1
    while true {
      while position < bytes.count, !ByteSet.basicStringStop.contains(bytes[position]) {
        position += 1
      }
      if isAtEnd || isAtNewline { return leaveUnclosed(from: start, quote: "\"") }
      switch byte() {
      case Byte.quote: return finishString(.basicString, from: start, length: 1)
      case Byte.backslash:
        hasEscapes = true
        parseEscape(isMultiline: false)
      default: skipControlRun()
      }
    }
  }

  /// Reads `'…'`; false, with the rest of the line given up, where it has no end.
  mutating func parseLiteralString() -> Bool {
    let start = position
    position += 1
    while true {
      while position < bytes.count, !ByteSet.literalStringStop.contains(bytes[position]) {
        position += 1
      }
      if isAtEnd || isAtNewline { return leaveUnclosed(from: start, quote: "'") }
      if byte() == Byte.apostrophe { return finishString(.literalString, from: start, length: 1) }
      skipControlRun()
    }
  }

  /// Reads `\"""…"""` or `'''…'''`; without an end it is given up on its first line.
  mutating func parseMultilineString(_ quote: UInt8, _ hasEscapes: inout Bool) -> Bool {
    let start = position
    let isBasic = quote == Byte.quote
    let kept = (output.diagnostics.count, complaintCount)
    position += 3
    if isBasic ? !hasUnclosedBasic : !hasUnclosedLiteral {
      if scanMultilineString(quote, &hasEscapes) {
        emit(isBasic ? .multilineBasicString : .multilineLiteralString, from: start)
        return true
      }
      if isBasic { hasUnclosedBasic = true } else { hasUnclosedLiteral = true }
      output.diagnostics.removeSubrange(kept.0...)
      complaintCount = kept.1
    }
    return leaveMultilineUnclosed(from: start, quote: isBasic ? "\"\"\"" : "'''")
  }

  /// Moves behind the closing quotes, of which up to two may belong to the text.
  private mutating func scanMultilineString(_ quote: UInt8, _ hasEscapes: inout Bool) -> Bool {
    while !isAtEnd {
      let current = byte()
      if current == quote {
        var count = 1
        while byte(count) == quote { count += 1 }
        position += min(count, 5)
        if count >= 3 { return true }
      } else if current == Byte.backslash, quote == Byte.quote {
        hasEscapes = true
        parseEscape(isMultiline: true)
      } else if isAtNewline {
        position += current == Byte.carriageReturn ? 2 : 1
      } else if ByteSet.control.contains(current) {
        skipControlRun()
      } else {
        position += 1
      }
    }
    return false
  }

  private mutating func finishString(
    _ kind: TOMLToken.Kind, from start: Int, length: Int
  ) -> Bool {
    position += length
    emit(kind, from: start)
    return true
  }

  private mutating func leaveUnclosed(from start: Int, quote: String) -> Bool {
    emit(.unreadable, from: start)
    report(
      "toml-unclosed-string", "the string is not closed", at: Span(start, position),
      label: "`\(quote)` is missing at its end")
    return false
  }

  private mutating func leaveMultilineUnclosed(from start: Int, quote: String) -> Bool {
    report(
      "toml-unclosed-string", "the multi-line string is not closed", at: Span(start, start + 3),
      label: "no `\(quote)` ends it")
    position = start
    abandonText()
    return false
  }

  private mutating func skipControlRun() {
    reportControlRun(in: "a string")
    position += 1
  }

  // MARK: Escapes

  private mutating func parseEscape(isMultiline: Bool) {
    let start = position
    let letter = byte(1)
    switch letter {
    case 0x62, 0x74, 0x6E, 0x66, 0x72, Byte.quote, Byte.backslash: position += 2
    case 0x65 where version == .v1_1: position += 2
    case 0x78 where version == .v1_1: parseHexEscape(digits: 2)
    case 0x75: parseHexEscape(digits: 4)
    case 0x55: parseHexEscape(digits: 8)
    default:
      if isMultiline, skipLineContinuation() { return }
      position = min(start + 1, bytes.count)
      if !isAtEnd, !isAtNewline, byte() >= 0x20 { position = endOfScalar }
      report(
        "toml-invalid-escape", "this escape does not exist", at: Span(start, position),
        label: "write `\\\\` for a backslash")
    }
  }

  private var endOfScalar: Int {
    var end = position + 1
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }

  /// Skips a backslash that ends its line.
  private mutating func skipLineContinuation() -> Bool {
    var ahead = 1
    while byte(ahead).isBlank { ahead += 1 }
    guard isNewline(at: position + ahead) else { return false }
    position += ahead
    return true
  }

  private mutating func parseHexEscape(digits: Int) {
    let start = position
    position += 2
    var value: UInt32 = 0
    while position < start + 2 + digits, let digit = TOMLWord.hexDigit(byte()), !isAtEnd {
      value = value << 4 | digit
      position += 1
    }
    if position < start + 2 + digits {
      report(
        "toml-invalid-escape", "the escape needs \(digits) hexadecimal digits",
        at: Span(start, position), label: "has \(position - start - 2)")
    } else if Unicode.Scalar(value) == nil {
      report(
        "toml-invalid-escape", "the escape is not a Unicode scalar value",
        at: Span(start, position), label: "no such character")
    }
  }
}
