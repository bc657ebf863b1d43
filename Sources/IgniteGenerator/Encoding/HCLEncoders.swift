extension Encoders {
  /// HCL.
  static let hcl: [Encoder] = [
    .text("hcl.str", .language(.hcl)) { HCLEncoding.text($0, isBare: false, &$1) },
    .text("hcl.part", .language(.hcl), .insideQuotes) { HCLEncoding.text($0, isBare: true, &$1) },
    .text("hcl.ident", .language(.hcl), write: HCLEncoding.identifier),
    CommentEncoding.encoder("hcl.comment", .hcl, marks: ["#", "//"]),
    .number("hcl.number", .language(.hcl)),
    .flag("hcl.bool", .language(.hcl)),
  ]
}

/// How texts become HCL.
enum HCLEncoding {
  /// A quoted text; the marks of `${` and `%{` are doubled, also where a hole ends with the mark and the
  /// next character would complete it.
  static func text(_ text: String, isBare: Bool, _ out: inout [UInt8]) -> Refusal? {
    if text.unicodeScalars.contains("\0") { return Refusal("HCL has no text with a NUL") }
    if isBare, text.hasSuffix("$") || text.hasSuffix("%") {
      return Refusal("a part of an HCL text cannot end with `$` or `%`")
    }
    let scalars = Array(text.unicodeScalars)
    if !isBare { out.append(UInt8(ascii: "\"")) }
    for (index, scalar) in scalars.enumerated() {
      let startsTemplate = index + 1 < scalars.count && scalars[index + 1] == "{"
      if (scalar == "$" || scalar == "%") && startsTemplate { out.append(scalar) }
      out.append(scalar, .usual)
    }
    if !isBare { out.append(UInt8(ascii: "\"")) }
    return nil
  }

  static func identifier(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    let isIdentifier =
      text.utf8.allSatisfy { $0.isWordByte || $0 == UInt8(ascii: "-") }
      && text.utf8.first.map { $0.isWordByte && !(0x30...0x39).contains($0) } == true
    guard isIdentifier else { return Refusal("`\(text)` is no identifier of HCL") }
    out += text.utf8
    return nil
  }
}
