/// A place in a source as people and tools count it, from one.
public struct SourcePosition: Hashable, Sendable {
  /// The line.
  public var line: Int
  /// The column, in Unicode scalars.
  public var column: Int
  /// The column, in UTF-16 code units.
  public var utf16Column: Int
}

extension Source {
  /// The bytes of a zero-based line without its line end; empty past the last line.
  public func lineSpan(_ index: Int) -> Span {
    guard lineStarts.indices.contains(index) else { return Span(bytes.count, bytes.count) }
    let start = lineStarts[index]
    guard index + 1 < lineStarts.count else { return Span(start, bytes.count) }
    var end = lineStarts[index + 1] - 1
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return Span(start, end)
  }

  /// The line and column of the byte at `offset`, clamped to the text; a byte order mark is not
  /// counted.
  public func position(at offset: Int) -> SourcePosition {
    let offset = min(max(offset, 0), bytes.count)
    let line = lineIndex(at: offset)
    let start = line == 0 ? min(markLength, offset) : lineStarts[line]
    let (scalars, units) = counts(from: start, to: offset)
    return SourcePosition(line: line + 1, column: scalars + 1, utf16Column: units + 1)
  }

  /// The length of the byte order mark that starts the text, zero without one.
  public var markLength: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// The span moved inside the text, its end not before its start.
  func clamped(_ span: Span) -> Span {
    let start = min(max(span.start, 0), bytes.count)
    return Span(start, min(max(span.end, start), bytes.count))
  }

  private func counts(from start: Int, to end: Int) -> (scalars: Int, units: Int) {
    bytes.withUnsafeBufferPointer { buffer in
      var scalars = 0
      var astral = 0
      for byte in buffer[start..<end] {
        if byte & 0xC0 != 0x80 { scalars += 1 }
        if byte >= 0xF0 { astral += 1 }
      }
      return (scalars, scalars + astral)
    }
  }
}
