import IgniteSyntax

/// A piece of a template: literal text or a tag.
struct TemplatePiece: Equatable {
  enum Content: Equatable {
    /// Bytes that go to the output as they are.
    case text([UInt8])
    /// The words of `<% … %>`, with the blanks that the slot's line started with.
    case tag([String], indent: [UInt8])
    /// The words of `<%= … %>`.
    case hole([String])
  }

  var content: Content
  var offset: Int
}

/// Splits a template into text and tags; a line that holds nothing but a tag gives no line.
struct TemplateLexer {
  private let source: Source
  private var position = 0
  private var pieces: [TemplatePiece] = []
  private var pending: [UInt8] = []
  private(set) var diagnostics: [Diagnostic] = []

  static func pieces(of source: Source) -> (pieces: [TemplatePiece], diagnostics: [Diagnostic]) {
    var lexer = TemplateLexer(source: source)
    lexer.run()
    return (lexer.pieces, lexer.diagnostics)
  }

  init(source: Source) {
    self.source = source
  }

  private mutating func run() {
    while position < source.bytes.count {
      if startsTag(at: position) {
        readTag()
      } else {
        pending.append(source.bytes[position])
        position += 1
      }
    }
    flushText(before: position)
  }

  private mutating func readTag() {
    let start = position
    if byte(start + 2) == UInt8(ascii: "%") {
      pending += "<%".utf8
      position += 3
      return
    }
    guard let end = tagEnd(from: start + 2) else {
      report(start, "this tag has no `%>`")
      position = source.bytes.count
      return
    }
    position = end + 2
    take(source.bytes[(start + 2)..<end], from: start)
  }

  private mutating func take(_ inside: ArraySlice<UInt8>, from start: Int) {
    switch inside.first {
    case UInt8(ascii: "#"):
      _ = trimLine(from: start)
      // Two texts beside a comment stay two pieces, which is harmless.
      flushText(before: start)
    case UInt8(ascii: "="):
      flushText(before: start)
      append(.hole(words(inside.dropFirst())), at: start)
    default:
      let indent = trimLine(from: start)
      flushText(before: start)
      append(.tag(words(inside), indent: indent), at: start)
    }
  }

  /// Takes the blanks before and the line end after a tag that stands alone on its line; gives the
  /// blanks.
  private mutating func trimLine(from start: Int) -> [UInt8] {
    var first = start
    while first > 0, isBlank(source.bytes[first - 1]) { first -= 1 }
    guard first == 0 || source.bytes[first - 1] == 0x0A else { return [] }
    var last = position
    while last < source.bytes.count, isBlank(source.bytes[last]) { last += 1 }
    guard last == source.bytes.count || source.bytes[last] == 0x0A else { return [] }
    // A tag on the same line that came before has left no blanks behind.
    let blanks = Array(source.bytes[first..<start])
    guard pending.count >= blanks.count, pending.suffix(blanks.count).elementsEqual(blanks) else {
      return []
    }
    pending.removeLast(blanks.count)
    position = min(last + 1, source.bytes.count)
    return blanks
  }

  private mutating func flushText(before offset: Int) {
    guard !pending.isEmpty else { return }
    append(.text(pending), at: offset - pending.count)
    pending.removeAll()
  }

  private mutating func append(_ content: TemplatePiece.Content, at offset: Int) {
    pieces.append(TemplatePiece(content: content, offset: max(offset, 0)))
  }

  private mutating func report(_ offset: Int, _ message: String) {
    diagnostics.append(TemplateSite(source, offset: offset).error("template-syntax", message))
  }

  private func startsTag(at offset: Int) -> Bool {
    source.bytes[offset] == UInt8(ascii: "<") && byte(offset + 1) == UInt8(ascii: "%")
  }

  private func byte(_ offset: Int) -> UInt8? {
    offset < source.bytes.count ? source.bytes[offset] : nil
  }

  /// The offset of the `%>` that ends a tag; one inside quotes does not.
  private func tagEnd(from start: Int) -> Int? {
    let isComment = byte(start) == UInt8(ascii: "#")
    var isQuoted = false
    var offset = start
    while let current = byte(offset) {
      if current == UInt8(ascii: "\"") && !isComment { isQuoted.toggle() }
      if !isQuoted, current == UInt8(ascii: "%"), byte(offset + 1) == UInt8(ascii: ">") {
        return offset
      }
      offset += 1
    }
    return nil
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

extension TemplateLexer {
  /// Splits a tag into words: names with dots, `|`, `==`, `!=` and quoted texts with their quotes.
  func words(_ inside: ArraySlice<UInt8>) -> [String] {
    var words: [String] = []
    var rest = inside
    while let first = rest.first {
      if first == 0x20 || first == 0x09 || first == 0x0A {
        rest = rest.dropFirst()
        continue
      }
      let length = Self.wordLength(rest)
      words.append(String(decoding: rest.prefix(length), as: UTF8.self))
      rest = rest.dropFirst(length)
    }
    return words
  }

  private static func wordLength(_ rest: ArraySlice<UInt8>) -> Int {
    guard let first = rest.first else { return 0 }
    if first == UInt8(ascii: "|") { return 1 }
    if first == UInt8(ascii: "\"") {
      let inside = rest.dropFirst().prefix { $0 != UInt8(ascii: "\"") }.count
      return min(inside + 2, rest.count)
    }
    if first == UInt8(ascii: "=") || first == UInt8(ascii: "!") { return min(2, rest.count) }
    let ends: [UInt8] = Array(" \t\n|\"=!".utf8)
    return max(1, rest.prefix { !ends.contains($0) }.count)
  }
}
