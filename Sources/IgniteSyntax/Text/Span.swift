/// A half-open range of byte offsets in one source text.
public struct Span: Hashable, Sendable {
  /// The offset of the first byte.
  public var start: Int
  /// The offset after the last byte.
  public var end: Int

  /// Makes the span from `start` up to, but not including, `end`.
  public init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  /// The number of bytes covered.
  public var length: Int { end - start }

  /// Whether the byte at `offset` lies inside.
  public func contains(_ offset: Int) -> Bool { start <= offset && offset < end }
}
