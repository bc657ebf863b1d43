/// The replacement of one range of a text; an empty range inserts.
struct TextSplice: Hashable, Sendable {
  var span: Span
  var text: String

  init(_ span: Span, _ text: String) {
    self.span = span
    self.text = text
  }

  /// Inserts `text` before the byte at `offset`.
  init(at offset: Int, _ text: String) { self.init(Span(offset, offset), text) }
}

extension Source {
  /// The text with the splices made, absent when two of them overlap or one lies outside.
  func splicing(_ splices: [TextSplice]) -> Source? {
    let ordered = splices.enumerated().sorted {
      ($0.element.span.start, $0.offset) < ($1.element.span.start, $1.offset)
    }.map(\.element)
    var result: [UInt8] = []
    var position = 0
    for splice in ordered {
      guard position <= splice.span.start, splice.span.start <= splice.span.end,
        splice.span.end <= bytes.count
      else { return nil }
      result += bytes[position..<splice.span.start]
      result += splice.text.utf8
      position = splice.span.end
    }
    result += bytes[position...]
    return Source(name: name, bytes: result)
  }
}
