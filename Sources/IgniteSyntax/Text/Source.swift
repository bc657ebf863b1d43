/// One text under a name: what spans and diagnostics refer to.
public struct Source: Sendable {
  /// How the text is called in messages, usually a path as the person wrote it.
  public let name: String
  /// The text as it was read, byte for byte.
  public let bytes: [UInt8]
  /// The offset at which each line starts; lines end at LF, a CR before it belongs to the line end.
  public let lineStarts: [Int]

  /// Takes the bytes of a file.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    var starts = [0]
    bytes.withUnsafeBufferPointer { buffer in
      for index in buffer.indices where buffer[index] == 0x0A { starts.append(index + 1) }
    }
    lineStarts = starts
  }

  /// Takes a text.
  public init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// The whole text, with invalid UTF-8 replaced.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The text that `span` covers, with invalid UTF-8 replaced; offsets outside are clamped.
  public func text(in span: Span) -> String {
    let start = min(max(span.start, 0), bytes.count)
    let end = min(max(span.end, start), bytes.count)
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// The zero-based line that holds the byte at `offset`.
  public func lineIndex(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}
