extension Encoders {
  /// `.env` files as compose, dotenv libraries and shells read them alike.
  static let env: [Encoder] = [
    .text("env.value", .language(.env), write: EnvEncoding.value),
    .text("env.name", .language(.env), write: EnvEncoding.name),
    CommentEncoding.encoder("env.comment", .env, marks: ["#"]),
    .number("env.number", .language(.env)),
    .flag("env.bool", .language(.env)),
  ]
}

/// How texts become values of a `.env` file.
enum EnvEncoding {
  /// Single quotes keep everything as it is, double quotes what has no meaning inside them; what
  /// neither can hold, readers disagree about.
  static func value(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    let isBare = text.utf8.allSatisfy { $0.isWordByte || "-./:@%+,".utf8.contains($0) }
    guard let quote = isBare ? "" : quote(for: text) else {
      return Refusal("an .env file cannot hold it in a way all readers agree on")
    }
    out += quote.utf8
    out += text.utf8
    out += quote.utf8
    return nil
  }

  private static func quote(for text: String) -> String? {
    let isOneLine = text.unicodeScalars.allSatisfy {
      $0 != "\\" && !Scalars.isLineEnd($0) && $0.value >= 0x20 && $0.value != 0x7F
    }
    if !isOneLine { return nil }
    if !text.utf8.contains(UInt8(ascii: "'")) { return "'" }
    return text.utf8.contains { "\"$`!".utf8.contains($0) } ? nil : "\""
  }

  static func name(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    let isName =
      !text.isEmpty && text.utf8.allSatisfy(\.isWordByte)
      && text.utf8.first.map { !(0x30...0x39).contains($0) } == true
    guard isName else { return Refusal("`\(text)` is no name of a variable") }
    out += text.utf8
    return nil
  }
}
