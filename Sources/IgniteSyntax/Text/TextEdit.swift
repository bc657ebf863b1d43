/// The replacement of one stretch of a text.
public struct TextEdit: Hashable, Sendable {
  /// What is taken away; may be empty.
  public var span: Span
  /// What stands there instead; may be empty.
  public var text: String

  /// Makes an edit.
  public init(_ span: Span, _ text: String) {
    self.span = span
    self.text = text
  }

  /// Makes an edit that puts `text` before the byte at `offset`.
  public init(at offset: Int, _ text: String) { self.init(Span(offset, offset), text) }

  /// The smallest single replacement that turns one text into another, absent when they are equal.
  public static func between(_ old: [UInt8], _ new: [UInt8]) -> TextEdit? {
    guard old != new else { return nil }
    let shorter = min(old.count, new.count)
    var head = 0
    while head < shorter, old[head] == new[head] { head += 1 }
    while head > 0, isInsideScalar(old, head) || isInsideScalar(new, head) { head -= 1 }
    var tail = 0
    while tail < shorter - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] {
      tail += 1
    }
    while tail > 0, isInsideScalar(old, old.count - tail) { tail -= 1 }
    let text = String(decoding: new[head..<(new.count - tail)], as: UTF8.self)
    return TextEdit(Span(head, old.count - tail), text)
  }

  private static func isInsideScalar(_ bytes: [UInt8], _ index: Int) -> Bool {
    index < bytes.count && bytes[index] & 0xC0 == 0x80
  }
}

extension Source {
  /// The text with the edits made, absent when two of them overlap or one lies outside.
  func applying(_ edits: [TextEdit]) -> Source? {
    let ordered = edits.enumerated().sorted {
      ($0.element.span.start, $0.offset) < ($1.element.span.start, $1.offset)
    }.map(\.element)
    var result: [UInt8] = []
    var position = 0
    for edit in ordered {
      guard position <= edit.span.start, edit.span.start <= edit.span.end,
        edit.span.end <= bytes.count
      else { return nil }
      result += bytes[position..<edit.span.start]
      result += edit.text.utf8
      position = edit.span.end
    }
    result += bytes[position...]
    return Source(name: name, bytes: result)
  }
}
