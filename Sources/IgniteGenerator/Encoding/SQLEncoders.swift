extension Encoders {
  /// SQL as PostgreSQL and SQLite read it.
  static let sql: [Encoder] = [
    .text("sql.str", .language(.sql), write: SQLEncoding.text),
    .text("sql.ident", .language(.sql), write: SQLEncoding.identifier),
    .text("sql.type", .language(.sql), write: SQLEncoding.type),
    CommentEncoding.encoder("sql.comment", .sql, marks: ["--"]),
    .number("sql.number", .language(.sql)),
    .flag("sql.bool", .language(.sql), ("TRUE", "FALSE")),
  ]
}

/// How texts become SQL.
enum SQLEncoding {
  static func text(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    quoted(text, UInt8(ascii: "'"), &out)
  }

  static func identifier(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    if text.isEmpty { return Refusal("an empty text is no identifier") }
    return quoted(text, UInt8(ascii: "\""), &out)
  }

  private static func quoted(_ text: String, _ quote: UInt8, _ out: inout [UInt8]) -> Refusal? {
    if text.unicodeScalars.contains("\0") { return Refusal("SQL has no text with a NUL") }
    out.append(quote)
    for byte in text.utf8 {
      if byte == quote { out.append(quote) }
      out.append(byte)
    }
    out.append(quote)
    return nil
  }

  /// Types come from the generator: upper-case words, numbers, parentheses.
  static func type(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    let isType =
      !text.isEmpty && text.utf8.allSatisfy { $0.isWordByte || " (),[]".utf8.contains($0) }
    guard isType else { return Refusal("`\(text)` is no type") }
    out += text.utf8
    return nil
  }
}
