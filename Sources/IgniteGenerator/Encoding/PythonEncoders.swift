extension Encoders {
  /// Python.
  static let python: [Encoder] = [
    .text("py.str", .language(.python)) { text, out in
      out.appendQuoted(text, .usual)
      return nil
    },
    CommentEncoding.encoder("py.comment", .python, marks: ["#"]),
    .number("py.number", .language(.python)),
    .flag("py.bool", .language(.python), ("True", "False")),
  ]
}
