extension Encoders {
  /// Python.
  static let python: [Encoder] = [
    .text("py.str", .language(.python)) { text, out in
      out.appendQuoted(text, escape: PythonEncoding.escape)
      return nil
    },
    CommentEncoding.encoder("py.comment", .python, marks: ["#"]),
    .number("py.number", .language(.python)),
    .flag("py.bool", .language(.python), ("True", "False")),
  ]
}

/// How texts become Python.
enum PythonEncoding {
  static func escape(_ scalar: Unicode.Scalar, _ out: inout [UInt8]) -> Bool {
    switch scalar {
    case "\"": out += "\\\"".utf8
    case "\\": out += "\\\\".utf8
    case "\n": out += "\\n".utf8
    case "\r": out += "\\r".utf8
    case "\t": out += "\\t".utf8
    case _ where Scalars.isHidden(scalar):
      let isWide = scalar.value > 0xFFFF
      out += (isWide ? "\\U" : "\\u").utf8
      out += Scalars.hex(scalar.value, width: isWide ? 8 : 4).utf8
    default: return false
    }
    return true
  }
}
