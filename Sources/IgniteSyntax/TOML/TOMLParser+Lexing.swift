extension TOMLParser {
  /// The byte `ahead` of the position, 0 past the end.
  @inline(__always) func byte(_ ahead: Int = 0) -> UInt8 {
    let offset = position + ahead
    return offset < bytes.count ? bytes[offset] : 0
  }

  /// The byte at an absolute offset, 0 past the end.
  @inline(__always) func byte(at offset: Int) -> UInt8 {
    offset < bytes.count ? bytes[offset] : 0
  }

  @inline(__always) mutating func emit(_ kind: TOMLToken.Kind, from start: Int) {
    output.tokens.append(TOMLToken(start: Int32(truncatingIfNeeded: start), kind: kind))
  }

  /// Takes one byte as a token of its own.
  @inline(__always) mutating func take(_ kind: TOMLToken.Kind) {
    emit(kind, from: position)
    position += 1
  }

  @inline(__always) func isNewline(at offset: Int) -> Bool {
    let first = byte(at: offset)
    return first == Byte.newline
      || (first == Byte.carriageReturn && byte(at: offset + 1) == Byte.newline)
  }

  @inline(__always) var isAtNewline: Bool { isNewline(at: position) }

  @inline(__always) var isAtEnd: Bool { position >= bytes.count }

  @inline(__always) mutating func skipBlanks() {
    let start = position
    while byte().isBlank { position += 1 }
    if position > start { emit(.blank, from: start) }
  }

  mutating func parseNewline() {
    let start = position
    position += byte() == Byte.carriageReturn ? 2 : 1
    emit(.newline, from: start)
  }

  mutating func parseComment() {
    let start = position
    position += 1
    while !isAtEnd, !isAtNewline {
      if ByteSet.control.contains(byte()) { reportControlRun(in: "a comment") }
      position += 1
    }
    emit(.comment, from: start)
  }

  /// Skips what may stand between the elements of a list.
  mutating func skipTrivia() {
    while true {
      skipBlanks()
      if byte() == Byte.hash {
        parseComment()
      } else if isAtNewline {
        parseNewline()
      } else {
        return
      }
    }
  }

  /// Reports the control characters from the position on and stops at the last one of them.
  mutating func reportControlRun(in place: String) {
    let start = position
    while ByteSet.control.contains(byte(1)), position + 1 < bytes.count,
      !isNewline(at: position + 1)
    { position += 1 }
    report(
      "toml-control-character", "\(place) may not hold control characters",
      at: Span(start, position + 1), label: "control character")
  }

  /// Notes a mistake, unless the encoding check has complained about the place already.
  mutating func report(
    _ code: Diagnostic.Code, _ message: String, at span: Span,
    label: String = ""
  ) {
    complaintCount += 1
    guard output.diagnostics.count < limits.diagnostics else { return }
    diagnose([.error(code, message, at: span, label: label)])
  }

  /// Adds diagnostics up to the limit; the last one says that there are more.
  mutating func diagnose(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics where !isCovered(diagnostic) {
      let free = limits.diagnostics - output.diagnostics.count
      if free > 1 { output.diagnostics.append(diagnostic) }
      if free == 1 { output.diagnostics.append(omission(from: diagnostic)) }
      if diagnostic.isEncodingFault, let span = diagnostic.primary?.span { faultSpans.append(span) }
    }
  }

  private func omission(from diagnostic: Diagnostic) -> Diagnostic {
    .error(
      "too-many-errors", "there are more errors than the \(limits.diagnostics - 1) that are shown",
      at: diagnostic.primary?.span, label: "the next one is here")
  }

  private func isCovered(_ diagnostic: Diagnostic) -> Bool {
    guard !faultSpans.isEmpty, !diagnostic.isEncodingFault, let span = diagnostic.primary?.span
    else { return false }
    return faultSpans.contains { $0.start < max(span.end, span.start + 1) && span.start < $0.end }
  }
}

extension Diagnostic {
  fileprivate var isEncodingFault: Bool { code == "invalid-utf8" || code == "nul-byte" }
}
