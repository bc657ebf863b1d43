/// Puts in order what has no meaning in YAML: blanks at line ends, and the last line's end.
///
/// Indentation and spacing stay as they are; moving them without loss would need every comment's
/// place, which libyaml does not tell.
struct YAMLFormatter {
  let layout: YAMLLayout

  /// The text without blanks before line ends, lines inside of scalars excepted, and with one line
  /// end at its end.
  func formatted() -> [UInt8] {
    let bytes = layout.bytes
    let protected = protectedLines
    var text: [UInt8] = []
    for (line, start) in layout.source.lineStarts.enumerated() {
      let span = layout.source.lineSpan(line)
      let end = protected.contains(line) ? span.end : endOfContent(in: span)
      text += bytes[start..<end]
      if line + 1 < layout.source.lineStarts.count {
        text += bytes[span.end..<layout.source.lineStarts[line + 1]]
      }
    }
    if let last = text.last, last != 0x0A { text += layout.lineEnd.utf8 }
    return text
  }

  private func endOfContent(in span: Span) -> Int {
    var end = span.end
    while end > span.start, layout.bytes[end - 1] == 0x20 || layout.bytes[end - 1] == 0x09 {
      end -= 1
    }
    return end
  }

  /// The lines whose end lies inside of a scalar; blanks after the last line of a block belong to it.
  private var protectedLines: Set<Int> {
    var lines: Set<Int> = []
    for scalar in layout.root.map(layout.scalars) ?? [] {
      let first = layout.source.lineIndex(at: scalar.start)
      let last = layout.source.lineIndex(at: max(scalar.start, scalar.end - 1))
      let isBlock = scalar.length > 0 && "|>".utf8.contains(layout.bytes[scalar.start])
      lines.formUnion(first..<(isBlock ? last + 1 : last))
    }
    return lines
  }
}
