import IgniteSyntax

/// Comments: text that a reader sees and a compiler does not.
enum CommentEncoding {
  /// An encoder of comments that start with one of the marks; each further line gets the same start as
  /// the one with the hole.
  static func encoder(
    _ name: String, _ language: Language, marks: [String],
    line: @escaping @Sendable (String) -> String = { $0 }
  ) -> Encoder {
    .text(name, .language(language), .afterCommentMark(marks)) { text, out in
      let start = out[lineStart(out)...]
      let lines = Scalars.lines(of: text).map { visible($0) }
      let prefix = Array(start)
      for (number, content) in lines.enumerated() {
        if number > 0 {
          trimBlanks(&out)
          out.append(0x0A)
          out += prefix
        }
        out += line(content).utf8
      }
      if lines.last?.isEmpty == true { trimBlanks(&out) }
      return nil
    }
  }

  private static func lineStart(_ out: [UInt8]) -> Int {
    out.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
  }

  private static func trimBlanks(_ out: inout [UInt8]) {
    while out.last == 0x20 || out.last == 0x09 { out.removeLast() }
  }

  /// The line without characters that a reader cannot see: they are written by their number.
  private static func visible(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar == "\t" {
        result += " "
      } else if Scalars.isHidden(scalar) {
        result += "U+" + VisibleText.hexadecimal(scalar.value, width: 4)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    while result.hasSuffix(" ") { result.removeLast() }
    return result
  }
}
