extension Encoders {
  /// TOML.
  static let toml: [Encoder] = [
    .text("toml.str", .language(.toml)) { TOMLEncoding.text($0, &$1) },
    .text("toml.part", .language(.toml), .insideQuotes) {
      TOMLEncoding.text($0, isBare: true, &$1)
    },
    .text("toml.key", .language(.toml), write: TOMLEncoding.key),
    CommentEncoding.encoder("toml.comment", .toml, marks: ["#"]),
    .number("toml.number", .language(.toml)),
    .flag("toml.bool", .language(.toml)),
  ]
}

/// How texts become TOML.
enum TOMLEncoding {
  static func text(_ text: String, isBare: Bool = false, _ out: inout [UInt8]) -> Refusal? {
    out.appendQuoted(text, isBare: isBare, .usual)
    return nil
  }

  static func key(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    let isBare =
      !text.isEmpty && text.utf8.allSatisfy { $0.isWordByte || $0 == UInt8(ascii: "-") }
    if !isBare { return self.text(text, &out) }
    out += text.utf8
    return nil
  }
}
