/// Writes values as YAML that every reader, old or new, takes for the same.
public enum YAMLWriter {
  /// A whole document, one member a line or block.
  public static func document(_ members: [ConfigMember]) -> String {
    members.isEmpty ? "{}\n" : block(members, indent: 0).map { $0 + "\n" }.joined()
  }

  /// A text: bare where nothing could read it as something else, otherwise between quotes.
  public static func string(_ text: String) -> String {
    isBare(text) ? text : quoted(text)
  }

  /// A value on one line; dates become texts.
  public static func inline(_ value: ConfigValue) -> String {
    switch value {
    case .string(let text): string(text)
    case .integer(let number): "\(number)"
    case .float(let number): float(number)
    case .boolean(let flag): flag ? "true" : "false"
    case .dateTime(let literal): quoted(literal.text)
    case .array(let elements): "[" + elements.map(inline).joined(separator: ", ") + "]"
    case .table(let members):
      "{" + members.map { string($0.key) + ": " + inline($0.value) }.joined(separator: ", ") + "}"
    }
  }

  /// A text between double quotes.
  public static func quoted(_ text: String) -> String { escapes.quoted(text) }

  /// A text between single quotes, absent when it holds what only double quotes can.
  static func singleQuoted(_ text: String) -> String? {
    guard isPrintable(text) else { return nil }
    return "'"
      + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
      + "'"
  }

  /// A text as the lines of a literal block, absent when a block cannot hold it.
  static func literal(_ text: String, indent: Int) -> [String]? {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count > 1, let first = lines.first, !first.isEmpty, !first.hasPrefix(" ") else {
      return nil
    }
    let endsItsLine = lines.last == ""
    if endsItsLine { lines.removeLast() }
    guard lines.last != "", lines.allSatisfy(isPrintable) else { return nil }
    let blank = String(repeating: " ", count: indent)
    return [endsItsLine ? "|" : "|-"] + lines.map { $0.isEmpty ? "" : blank + $0 }
  }

  // MARK: Blocks

  /// The members as lines that start at column `indent`.
  static func block(_ members: [ConfigMember], indent: Int) -> [String] {
    let blank = String(repeating: " ", count: indent)
    return members.flatMap { member in
      let value = value(member.value, indent: indent)
      return [blank + string(member.key) + ":" + (value[0].isEmpty ? "" : " ") + value[0]]
        + value.dropFirst()
    }
  }

  /// An element of a list as lines, its dash at column `indent`.
  static func element(_ value: ConfigValue, indent: Int) -> [String] {
    let blank = String(repeating: " ", count: indent)
    guard case .table(let members) = value, !members.isEmpty else {
      return [blank + "- " + inline(value)]
    }
    let lines = block(members, indent: indent + 2)
    return [blank + "- " + lines[0].dropFirst(indent + 2)] + lines.dropFirst()
  }

  /// What stands after a key at column `indent`: the rest of its line, then further lines.
  static func value(_ value: ConfigValue, indent: Int) -> [String] {
    switch value {
    case .table(let members) where !members.isEmpty:
      return [""] + block(members, indent: indent + 2)
    case .array(let elements) where elements.contains(where: isTable) || inline(value).count > 80:
      return [""] + elements.flatMap { element($0, indent: indent + 2) }
    case .string(let text): return literal(text, indent: indent + 2) ?? [string(text)]
    default: return [inline(value)]
    }
  }

  private static func isTable(_ value: ConfigValue) -> Bool {
    if case .table(let members) = value { !members.isEmpty } else { false }
  }

  // MARK: Scalars

  private static func float(_ number: Double) -> String {
    if number.isNaN { return ".nan" }
    return number.isInfinite ? (number < 0 ? "-.inf" : ".inf") : "\(number)"
  }

  private static let words: Set<String> = [
    "true", "false", "null", "yes", "no", "on", "off", "y", "n",
  ]

  private static func isBare(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else {
      return false
    }
    guard first.properties.isAlphabetic || "_/$".unicodeScalars.contains(first) else {
      return false
    }
    guard last != " ", last != ":", !words.contains(text.lowercased()) else { return false }
    return text.unicodeScalars.allSatisfy(isBare) && !text.contains(": ")
  }

  private static func isBare(_ scalar: Unicode.Scalar) -> Bool {
    let isKnown = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
    return isKnown
      ? escapes[scalar] == nil : " _-./:+@$()=~^;".unicodeScalars.contains(scalar)
  }

  /// Whether a text can stand as it is where quotes and backslashes mean nothing.
  private static func isPrintable(_ line: String) -> Bool {
    line.unicodeScalars.allSatisfy { escapes[$0] == nil || $0 == "\"" || $0 == "\\" }
  }

  private static let escapes = TextEscapes(
    numbering: { VisibleText.isHidden($0) || isOutside($0) }, as: TextEscapes.wide)

  /// Whether YAML does not allow the scalar as it is.
  private static func isOutside(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0xFFFE || scalar.value == 0xFFFF
  }
}
