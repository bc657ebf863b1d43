import IgniteSyntax

extension Encoders {
  /// JSON.
  static let json: [Encoder] = [
    .text("json.str", .language(.json)) { text, out in
      out.appendQuoted(text, JSONEncoding.escapes)
      return nil
    },
    .text("json.part", .language(.json), .insideQuotes) { text, out in
      out.appendQuoted(text, isBare: true, JSONEncoding.escapes)
      return nil
    },
    .number("json.number", .language(.json)),
    .flag("json.bool", .language(.json)),
  ]
}

/// How texts become JSON.
enum JSONEncoding {
  static let escapes = TextEscapes(numbering: Scalars.isHidden, as: TextEscapes.units)
}
