extension Source {
  /// What of the bytes is no text: one error for each run of invalid UTF-8 and of NUL bytes.
  func encodingDiagnostics(limit: Int) -> [Diagnostic] {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return [wideEncoding]
    }
    return bytes.withUnsafeBufferPointer { EncodingScan(bytes: $0).diagnostics(limit: limit) }
  }

  private var wideEncoding: Diagnostic {
    var diagnostic = Diagnostic.error(
      "invalid-utf8", "the file is UTF-16, not UTF-8", at: Span(0, bytes.count),
      label: "starts with a UTF-16 byte order mark")
    diagnostic.notes = ["save the file as UTF-8"]
    return diagnostic
  }
}

/// One pass over bytes that finds what is not UTF-8 text.
private struct EncodingScan {
  let bytes: UnsafeBufferPointer<UInt8>

  func diagnostics(limit: Int) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var offset = 0
    while found.count < limit, let start = firstFault(from: offset) {
      let isNUL = bytes[start] == 0
      offset = start
      while offset < bytes.count, bytes[offset] == 0 || scalarLength(at: offset) == 0,
        (bytes[offset] == 0) == isNUL
      { offset += 1 }
      found.append(fault(Span(start, offset), isNUL: isNUL))
    }
    return found
  }

  private func fault(_ span: Span, isNUL: Bool) -> Diagnostic {
    let count = span.length == 1 ? "byte" : "\(span.length) bytes"
    return isNUL
      ? .error("nul-byte", "NUL is not allowed in a text file", at: span, label: "\(count) of zero")
      : .error("invalid-utf8", "the text is not valid UTF-8", at: span, label: "invalid \(count)")
  }

  private func firstFault(from start: Int) -> Int? {
    var offset = start
    while offset < bytes.count {
      offset = skipPlain(from: offset)
      guard offset < bytes.count else { return nil }
      let length = bytes[offset] == 0 ? 0 : scalarLength(at: offset)
      if length == 0 { return offset }
      offset += length
    }
    return nil
  }

  /// Skips ASCII other than NUL eight bytes at a time; the zero test may stop early, never late.
  private func skipPlain(from start: Int) -> Int {
    var offset = start
    let raw = UnsafeRawBufferPointer(bytes)
    while offset + 8 <= bytes.count {
      let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let zeros = (word &- 0x0101_0101_0101_0101) & ~word
      if (word | zeros) & 0x8080_8080_8080_8080 != 0 { break }
      offset += 8
    }
    while offset < bytes.count, bytes[offset] < 0x80, bytes[offset] != 0 { offset += 1 }
    return offset
  }

  /// The length of the scalar at `offset`, 0 where the bytes are not UTF-8.
  private func scalarLength(at offset: Int) -> Int {
    let first = bytes[offset]
    if first < 0x80 { return 1 }
    let length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
    guard length > 0, offset + length <= bytes.count else { return 0 }
    for index in 1..<length where bytes[offset + index] & 0xC0 != 0x80 { return 0 }
    let second = bytes[offset + 1]
    switch first {
    case 0xE0 where second < 0xA0, 0xED where second > 0x9F: return 0
    case 0xF0 where second < 0x90, 0xF4 where second > 0x8F: return 0
    default: return length
    }
  }
}
