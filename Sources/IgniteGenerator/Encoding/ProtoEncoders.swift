import IgniteSyntax

extension Encoders {
  /// Protocol Buffers.
  static let proto: [Encoder] = [
    .text("proto.ident", .language(.proto), write: ProtoEncoding.identifier),
    .text("proto.type", .language(.proto), write: ProtoEncoding.type),
    .text("proto.str", .language(.proto), write: ProtoEncoding.text),
    CommentEncoding.encoder("proto.comment", .proto, marks: ["//"]),
    .number("proto.number", .language(.proto)),
  ]
}

/// How texts become Protocol Buffers.
enum ProtoEncoding {
  static func identifier(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    let isIdentifier =
      !text.isEmpty && text.utf8.allSatisfy(\.isWordByte)
      && text.utf8.first.map { !(0x30...0x39).contains($0) } == true
    guard isIdentifier else { return Refusal("`\(text)` is no identifier") }
    out += text.utf8
    return nil
  }

  /// An identifier, perhaps after the names of what it is in.
  static func type(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    var bytes: [UInt8] = []
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ identifier(String($0), &bytes) == nil }) else {
      return Refusal("`\(text)` is no type")
    }
    out += text.utf8
    return nil
  }

  static func text(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    out.appendQuoted(text, escapes)
    return nil
  }

  /// Bytes of hidden characters in octal digits.
  private static let escapes = TextEscapes(numbering: Scalars.isHidden) { scalar in
    let bytes = UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
    return bytes.map { byte in
      let digits = String(byte, radix: 8)
      return "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }.joined()
  }
}
