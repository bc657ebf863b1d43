/// Writes JSON that is also safe inside JavaScript and on a terminal.
public enum JSONText {
  /// The value on one line, without spaces.
  public static func compact(_ value: JSONValue) -> String {
    var writer = JSONWriter(isPretty: false)
    writer.write(value, depth: 0)
    return writer.text
  }

  /// The value with one member or element a line, indented by two spaces, and a final newline.
  public static func pretty(_ value: JSONValue) -> String {
    var writer = JSONWriter(isPretty: true)
    writer.write(value, depth: 0)
    return writer.text + "\n"
  }

  /// A text as a JSON string with its quotes.
  public static func quoted(_ text: String) -> String {
    JSONWriter.escapes.quoted(text)
  }
}

private struct JSONWriter {
  let isPretty: Bool
  var text = ""

  init(isPretty: Bool) { self.isPretty = isPretty }

  mutating func write(_ value: JSONValue, depth: Int) {
    switch value {
    case .null: text += "null"
    case .boolean(let flag): text += flag ? "true" : "false"
    case .integer(let number): text += "\(number)"
    case .number(let number): text += number.isFinite ? "\(number)" : "null"
    case .string(let string): write(string)
    case .array(let elements):
      write("[", "]", count: elements.count, depth) { $0.write(elements[$1], depth: depth + 1) }
    case .object(let members):
      write("{", "}", count: members.count, depth) { writer, index in
        writer.write(members[index].name)
        writer.text += writer.isPretty ? ": " : ":"
        writer.write(members[index].value, depth: depth + 1)
      }
    }
  }

  private mutating func write(
    _ open: String, _ close: String, count: Int, _ depth: Int,
    element: (inout JSONWriter, Int) -> Void
  ) {
    text += open
    for index in 0..<count {
      if index > 0 { text += "," }
      breakLine(depth + 1)
      element(&self, index)
    }
    if count > 0 { breakLine(depth) }
    text += close
  }

  private mutating func breakLine(_ depth: Int) {
    if isPretty { text += "\n" + String(repeating: "  ", count: depth) }
  }

  mutating func write(_ string: String) { text += Self.escapes.quoted(string) }

  // Bidi controls and U+2028 are legal in JSON but not harmless where it is shown.
  static let escapes = TextEscapes(
    numbering: VisibleText.isHidden, as: TextEscapes.units)
}
