import IgniteSyntax

extension Encoders {
  /// YAML.
  static let yaml: [Encoder] = [
    .text("yaml.str", .language(.yaml)) { YAMLEncoding.text($0, &$1) },
    .text("yaml.part", .language(.yaml), .insideQuotes) {
      YAMLEncoding.text($0, isBare: true, &$1)
    },
    CommentEncoding.encoder("yaml.comment", .yaml, marks: ["#"]),
    .number("yaml.number", .language(.yaml)),
    .flag("yaml.bool", .language(.yaml)),
  ]

  /// YAML of Docker Compose: `$` is doubled.
  static let compose: [Encoder] = [
    .text("compose.str", .language(.compose)) { YAMLEncoding.composeText($0, &$1) },
    .text("compose.part", .language(.compose), .insideQuotes) {
      YAMLEncoding.composeText($0, isBare: true, &$1)
    },
    CommentEncoding.encoder("compose.comment", .compose, marks: ["#"]),
    .number("compose.number", .language(.compose)),
    .flag("compose.bool", .language(.compose)),
  ]

  /// YAML of GitHub Actions: `${{` is refused.
  static let actions: [Encoder] = [
    .text("actions.str", .language(.actions)) { YAMLEncoding.actionsText($0, &$1) },
    .text("actions.part", .language(.actions), .insideQuotes) {
      YAMLEncoding.actionsText($0, isBare: true, &$1)
    },
    CommentEncoding.encoder("actions.comment", .actions, marks: ["#"]),
    .number("actions.number", .language(.actions)),
    .flag("actions.bool", .language(.actions)),
  ]
}

/// How texts become YAML: always between double quotes, so that no text is a number, a date or null.
enum YAMLEncoding {
  static func text(_ text: String, isBare: Bool = false, _ out: inout [UInt8]) -> Refusal? {
    out.appendQuoted(text, isBare: isBare, .usual)
    return nil
  }

  static func composeText(_ text: String, isBare: Bool = false, _ out: inout [UInt8]) -> Refusal? {
    out.appendQuoted(text, isBare: isBare, composeEscapes)
    return nil
  }

  /// Two holes or a hole and its neighbour could make up the mark together, so a part with `$` or a
  /// brace at an end is refused too.
  static func actionsText(_ text: String, isBare: Bool = false, _ out: inout [UInt8]) -> Refusal? {
    let value = text.utf8
    var previous: (UInt8, UInt8) = (0, 0)
    for byte in value {
      if previous == (UInt8(ascii: "$"), UInt8(ascii: "{")) && byte == UInt8(ascii: "{") {
        return Refusal("`${{` would be evaluated")
      }
      previous = (previous.1, byte)
    }
    if isBare, [value.first, value.last].contains(where: { $0.map("${".utf8.contains) == true }) {
      return Refusal("a part of a text for GitHub Actions cannot begin or end with `$` or `{`")
    }
    return self.text(text, isBare: isBare, &out)
  }

  private static let composeEscapes = TextEscapes.usual.adding(["$": "$$"])
}
