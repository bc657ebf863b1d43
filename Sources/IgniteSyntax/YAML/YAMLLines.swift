extension Source {
  /// The directive line beyond the 64th: libyaml compares each `%TAG` with all before it.
  var excessOfDirectives: Span? {
    var count = 0
    for line in lineStarts.indices {
      let span = lineSpan(line)
      let first = span.start < span.end ? bytes[span.start] : 0x23
      if first == 0x25 { count += 1 }
      if count > 64 { return span }
      let isBlank = bytes[span.start..<span.end].allSatisfy { $0 == 0x20 || $0 == 0x09 }
      if first != 0x25, first != 0x23, !isBlank, line > 0 || markLength == 0 { return nil }
    }
    return nil
  }

  /// The span without line ends and blanks at its end.
  func trimmedAtEnd(_ span: Span) -> Span {
    var end = span.end
    while end > span.start, isBlankOrBreak(bytes[end - 1]) { end -= 1 }
    return Span(span.start, end)
  }

  /// The first text after `offset` that is neither blank nor comment.
  func firstContent(from offset: Int) -> Span? {
    var start = offset
    while start < bytes.count {
      let byte = bytes[start]
      if byte == 0x23, start == 0 || isBlankOrBreak(bytes[start - 1]) {
        while start < bytes.count, bytes[start] != 0x0A { start += 1 }
      } else if isBlankOrBreak(byte) {
        start += 1
      } else {
        return trimmedAtEnd(Span(start, lineSpan(lineIndex(at: start)).end))
      }
    }
    return nil
  }

  /// The span grown so that it cuts no UTF-8 sequence.
  func wholeScalars(_ span: Span) -> Span {
    var (start, end) = (span.start, span.end)
    while start > 0, start < bytes.count, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    while end < bytes.count, end > start, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return Span(start, end)
  }

  func isBlankOrBreak(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}
