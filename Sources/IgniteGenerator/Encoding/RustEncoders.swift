import IgniteSyntax

extension Encoders {
  /// Rust.
  static let rust: [Encoder] = [
    .text("rust.str", .language(.rust)) { text, out in
      out.appendQuoted(text, RustEncoding.escapes)
      return nil
    },
    .text("rust.part", .language(.rust), .insideQuotes) { text, out in
      out.appendQuoted(text, isBare: true, RustEncoding.escapes)
      return nil
    },
    .text("rust.format-part", .language(.rust), .insideQuotes) { text, out in
      out.appendQuoted(text, isBare: true, RustEncoding.formatEscapes)
      return nil
    },
    .text("rust.ident", .language(.rust), .wholeWord, write: RustEncoding.identifier),
    .text("rust.word", .language(.rust), .partOfWord, write: RustEncoding.word),
    .text("rust.type", .language(.rust), write: RustEncoding.type),
    CommentEncoding.encoder(
      "rust.doc", .rust, marks: ["///", "//!"], line: RustEncoding.documentation),
    CommentEncoding.encoder("rust.comment", .rust, marks: ["//"]),
    .number("rust.number", .language(.rust)),
    .flag("rust.bool", .language(.rust)),
  ]
}

/// How texts become Rust.
enum RustEncoding {
  static let escapes = TextEscapes(besides: ["\0": "\\0"], numbering: Scalars.isHidden) { scalar in
    "\\u{\(VisibleText.hexadecimal(scalar.value, width: 1))}"
  }

  /// Those of a text that `format!` reads.
  static let formatEscapes = escapes.adding(["{": "{{", "}": "}}"])

  static func identifier(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    guard isWord(text), let first = text.utf8.first, !(0x30...0x39).contains(first), text != "_"
    else { return Refusal("`\(text)` is no identifier") }
    if unusable.contains(text) { return Refusal("`\(text)` is a word of Rust itself") }
    if keywords.contains(text) { out += "r#".utf8 }
    out += text.utf8
    return nil
  }

  static func word(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    guard isWord(text) else { return Refusal("`\(text)` cannot be in an identifier") }
    out += text.utf8
    return nil
  }

  /// Types come from the generator, never from a person; this holds them to what a type is made of.
  static func type(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    var depth = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "<"), UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ">"), UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      case _ where byte.isWordByte: break
      case _ where " :,&'#".utf8.contains(byte): break
      default: return Refusal("`\(text)` is no type")
      }
      if depth < 0 { return Refusal("`\(text)` is no type") }
    }
    guard depth == 0, !text.isEmpty else { return Refusal("`\(text)` is no type") }
    out += text.utf8
    return nil
  }

  /// A line of documentation in which no character means anything to Markdown, so that no text becomes
  /// a list, a link, a tag or a test to run.
  static func documentation(_ line: String) -> String {
    var result = ""
    for character in line.drop(while: { $0 == " " }).unicodeScalars {
      let isLeading = result.isEmpty || result.utf8.allSatisfy { (0x30...0x39).contains($0) }
      if "\\`*_[]<>~|".unicodeScalars.contains(character)
        || (isLeading && "-+#=.)".unicodeScalars.contains(character))
      {
        result += "\\"
      }
      result.unicodeScalars.append(character)
    }
    return result
  }

  private static func isWord(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(\.isWordByte)
  }

  /// Keywords of edition 2024 and reserved words that `r#` makes identifiers.
  private static let keywords: Set<String> = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
  ]

  /// Words that cannot be identifiers even with `r#`.
  private static let unusable: Set<String> = ["self", "Self", "super", "crate", "_"]
}
