/// A piece of TOML text from its start up to the next token; the tokens of a text tile it.
struct TOMLToken: Equatable {
  /// What a token is.
  enum Kind: UInt8 {
    case byteOrderMark, blank, newline, comment
    case bareKey, basicString, literalString, multilineBasicString, multilineLiteralString
    case dot, equals, comma, openBracket, closeBracket, openBrace, closeBrace
    /// A number, a date, a boolean or text that should have been one.
    case word
    /// Text the parser gave up on.
    case unreadable
    case end
  }

  var start: Int32
  var kind: Kind
}
