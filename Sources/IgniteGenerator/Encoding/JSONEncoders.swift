extension Encoders {
  /// JSON.
  static let json: [Encoder] = [
    .text("json.str", .language(.json)) { text, out in
      out.appendQuoted(text, escape: JSONEncoding.escape)
      return nil
    },
    .text("json.part", .language(.json), .insideQuotes) { text, out in
      out.appendQuoted(text, isBare: true, escape: JSONEncoding.escape)
      return nil
    },
    .number("json.number", .language(.json)),
    .flag("json.bool", .language(.json)),
  ]
}

/// How texts become JSON.
enum JSONEncoding {
  static func escape(_ scalar: Unicode.Scalar, _ out: inout [UInt8]) -> Bool {
    switch scalar {
    case "\"": out += "\\\"".utf8
    case "\\": out += "\\\\".utf8
    case "\n": out += "\\n".utf8
    case "\r": out += "\\r".utf8
    case "\t": out += "\\t".utf8
    case _ where Scalars.isHidden(scalar):
      for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
        out += "\\u\(Scalars.hex(UInt32(unit), width: 4))".utf8
      }
    default: return false
    }
    return true
  }
}
