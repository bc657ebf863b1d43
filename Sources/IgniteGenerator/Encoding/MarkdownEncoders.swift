import IgniteSyntax

extension Encoders {
  /// Markdown.
  static let markdown: [Encoder] = [
    .text("md.text", .language(.markdown)) { text, out in
      MarkdownEncoding.text(text, &out)
      return nil
    },
    .text("md.code", .language(.markdown)) { text, out in
      MarkdownEncoding.code(text, &out)
      return nil
    },
    .text("md.part", .language(.markdown), write: MarkdownEncoding.part),
    .number("md.number", .language(.markdown)),
    .flag("md.bool", .language(.markdown), ("yes", "no")),
  ]
}

/// How texts become Markdown: one line of text in which nothing is markup.
enum MarkdownEncoding {
  static func text(_ text: String, _ out: inout [UInt8]) {
    for scalar in flat(text).unicodeScalars {
      let isMark =
        scalar.isASCII && !scalar.properties.isAlphabetic && scalar != " "
        && !(0x30...0x39).contains(scalar.value) && !",'/:;?\"%".unicodeScalars.contains(scalar)
      if isMark { out.append(UInt8(ascii: "\\")) }
      out.append(scalar)
    }
  }

  /// A code span whose fence is longer than any run of backticks inside.
  static func code(_ text: String, _ out: inout [UInt8]) {
    let text = flat(text)
    let fence = [UInt8](repeating: UInt8(ascii: "`"), count: longestRun(text) + 1)
    let isPadded = fence.count > 1 || text.hasPrefix(" ") || text.hasSuffix(" ") || text.isEmpty
    out += fence
    if isPadded { out.append(0x20) }
    for scalar in text.unicodeScalars {
      // A bar would end the cell of a table even inside code.
      if scalar == "|" { out.append(UInt8(ascii: "\\")) }
      out.append(scalar)
    }
    if isPadded { out.append(0x20) }
    out += fence
  }

  /// A text that means nothing to Markdown or a shell, also inside a block of code.
  static func part(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    let isPlain =
      !text.isEmpty && text.utf8.allSatisfy { $0.isWordByte || "-./:{}".utf8.contains($0) }
    guard isPlain else { return Refusal("`\(text)` would need an encoding") }
    out += text.utf8
    return nil
  }

  private static func longestRun(_ text: String) -> Int {
    var longest = 0
    var run = 0
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }

  private static func flat(_ text: String) -> String {
    var result = ""
    for (number, line) in Scalars.lines(of: text).enumerated() {
      if number > 0 { result += " " }
      for scalar in line.unicodeScalars {
        if scalar == "\t" {
          result += " "
        } else if Scalars.isHidden(scalar) {
          result += "U+" + VisibleText.hexadecimal(scalar.value, width: 4)
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }
}
