extension Encoders {
  /// GraphQL.
  static let graphql: [Encoder] = [
    .text("graphql.name", .language(.graphql), write: GraphQLEncoding.name),
    .text("graphql.type", .language(.graphql), write: GraphQLEncoding.type),
    CommentEncoding.encoder("graphql.comment", .graphql, marks: ["#"]),
  ]
}

/// How texts become GraphQL.
enum GraphQLEncoding {
  /// A name that the language does not keep for itself.
  static func name(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    let isName =
      !text.isEmpty && text.utf8.allSatisfy(\.isWordByte) && !text.hasPrefix("__")
      && text.utf8.first.map { !(0x30...0x39).contains($0) } == true
    guard isName else { return Refusal("`\(text)` is no name") }
    out += text.utf8
    return nil
  }

  /// A name in as many lists as there are brackets around it, and marks of what is always there.
  static func type(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    var inner = Substring(text)
    while true {
      if inner.hasSuffix("!"), !inner.dropLast().hasSuffix("!") { inner = inner.dropLast() }
      guard inner.hasPrefix("["), inner.hasSuffix("]") else { break }
      inner = inner.dropFirst().dropLast()
    }
    var bytes: [UInt8] = []
    guard name(String(inner), &bytes) == nil else { return Refusal("`\(text)` is no type") }
    out += text.utf8
    return nil
  }
}
