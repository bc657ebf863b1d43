extension Encoders {
  /// POSIX shell.
  static let shell: [Encoder] = [
    .text("sh.word", .language(.shell), write: ShellEncoding.word),
    CommentEncoding.encoder("sh.comment", .shell, marks: ["#"]),
    .number("sh.number", .language(.shell)),
  ]

  /// Makefiles: `$` is doubled; what a recipe or a variable cannot hold is refused.
  static let make: [Encoder] = [
    .text("make.word", .language(.make), write: ShellEncoding.makeWord),
    CommentEncoding.encoder("make.comment", .make, marks: ["#"]),
    .number("make.number", .language(.make)),
  ]
}

/// How texts become words of a shell.
enum ShellEncoding {
  static func word(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    if text.unicodeScalars.contains("\0") { return Refusal("a shell word has no NUL") }
    let isBare =
      !text.isEmpty && text.utf8.allSatisfy { $0.isWordByte || "-./:@%+,".utf8.contains($0) }
      && text.utf8.first != UInt8(ascii: "-")
    if isBare {
      out += text.utf8
      return nil
    }
    out.append(UInt8(ascii: "'"))
    for byte in text.utf8 {
      if byte == UInt8(ascii: "'") { out += "'\\''".utf8 } else { out.append(byte) }
    }
    out.append(UInt8(ascii: "'"))
    return nil
  }

  /// A word of the plain characters only: make splits, expands and ends lines before a shell sees a
  /// quote.
  static func makeWord(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    let isPlain =
      !text.isEmpty && text.utf8.allSatisfy { $0.isWordByte || "-./@+,".utf8.contains($0) }
    guard isPlain else { return Refusal("a Makefile cannot hold `\(text)` safely") }
    out += text.utf8
    return nil
  }
}
