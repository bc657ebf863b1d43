import IgniteSyntax

/// What decoding has to say, up to a number that a person can still read.
struct DecodingReport {
  /// What was found, in order.
  private(set) var diagnostics: [Diagnostic] = []
  private var isFull = false

  static let limit = 100

  mutating func add(_ diagnostic: @autoclosure () -> Diagnostic) {
    guard diagnostics.count < Self.limit else { return noteMore() }
    diagnostics.append(diagnostic())
  }

  /// Adds what another report holds, in its order.
  mutating func add(contentsOf other: DecodingReport) {
    for diagnostic in other.diagnostics { add(diagnostic) }
  }

  private mutating func noteMore() {
    guard !isFull else { return }
    isFull = true
    diagnostics.append(
      Diagnostic(
        code: "more-problems", severity: .error,
        message: "there are more problems than the \(Self.limit) that are shown"))
  }
}

extension Diagnostic {
  static func unknownKey(
    _ member: DocumentMember, at path: ConfigPath, among known: [String], homes: [String] = []
  ) -> Diagnostic {
    var diagnostic = Diagnostic.error(
      "unknown-key", "`\(path)` is not a key of the config", at: member.keySpan,
      label: "no key has this name here")
    if let nearest = member.key.nearest(in: known) {
      diagnostic.fixes = [Fix("rename it to `\(nearest)`", .rename(path, to: nearest))]
    } else if !homes.isEmpty {
      let tables = homes.map { "`\($0)`" }.joined(separator: " or ")
      diagnostic.notes = ["a key of this name belongs to \(tables)"]
    } else if known.count <= 16 {
      let names = known.map { "`\($0)`" }.joined(separator: ", ")
      if !names.isEmpty { diagnostic.notes = ["the keys here are \(names)"] }
    }
    return diagnostic
  }

  static func retiredKey(
    _ member: DocumentMember, at path: ConfigPath, reason: String
  ) -> Diagnostic {
    var diagnostic = Diagnostic.warning(
      "retired-key", "`\(path)` does nothing", at: member.keySpan,
      label: "is no key any more")
    diagnostic.notes = [reason]
    diagnostic.fixes = [Fix("take it out", .remove(path))]
    return diagnostic
  }

  static func missingKey(_ key: String, in path: ConfigPath, at span: Span?) -> Diagnostic {
    let owner = path == .root ? "the config" : "`\(path)`"
    return .error(
      "missing-key", "\(owner) has no `\(key)`", at: span, label: "`\(key)` belongs here")
  }

  static func wrongType(
    _ node: DocumentNode, at path: ConfigPath, expected kind: ValueKind
  ) -> Diagnostic {
    var diagnostic = Diagnostic.error(
      "wrong-type", "`\(path)` is \(node.content.typeName), not \(kind.shortDescription)",
      at: node.span, label: "\(kind.description) belongs here")
    if let value = node.content.converted(to: kind) {
      diagnostic.fixes = [Fix("write \(value.spelling)", .set(path, value))]
    }
    return diagnostic
  }

  static func outOfRange(
    _ value: String, at path: ConfigPath, span: Span, expected kind: ValueKind, unit: String?
  ) -> Diagnostic {
    let unit = unit.map { ", in \($0)," } ?? ""
    return .error(
      "out-of-range", "`\(path)` is \(value), outside its range", at: span,
      label: "\(kind.description)\(unit) belongs here")
  }

  static func unknownChoice(
    _ text: String, at path: ConfigPath, span: Span, among words: [String]
  ) -> Diagnostic {
    var diagnostic = Diagnostic.error(
      "unknown-choice", "`\(text)` is not one of the values of `\(path)`", at: span,
      label: "not a known value")
    diagnostic.notes = ["the values are \(words.map { "`\($0)`" }.joined(separator: ", "))"]
    if let nearest = text.nearest(in: words) {
      diagnostic.fixes = [Fix("use `\(nearest)`", .set(path, .string(nearest)))]
    }
    return diagnostic
  }

  static func malformed(
    _ text: String, at path: ConfigPath, span: Span, expected shape: TextShape
  ) -> Diagnostic {
    let code: Code = shape.isName ? "invalid-name" : "malformed-value"
    var diagnostic = Diagnostic.error(
      code, "`\(text)` is not \(shape.description)", at: span, label: "not \(shape.article)")
    if let better = shape.repaired(text) {
      diagnostic.fixes = [Fix("use `\(better)`", .set(path, .string(better)))]
    }
    return diagnostic
  }

  static func invalidFieldType(
    _ problem: FieldType.Problem, at path: ConfigPath, span: Span
  ) -> Diagnostic {
    var diagnostic = Diagnostic.error(
      "invalid-field-type", problem.message, at: span, label: "not a field type")
    diagnostic.notes = [
      "the types are `string`, `text`, `bool`, `i32`, `i64`, `f64`, `decimal`, `uuid`, `date`, "
        + "`timestamp`, `json`, `bytes`, `enum(a|b)` and `ref(Entity)`, then `?` or `[]`, then "
        + "`unique`, `pii`, `indexed` and `merged`"
    ]
    if let better = problem.suggestion {
      diagnostic.fixes = [Fix("use `\(better)`", .set(path, .string(better)))]
    }
    return diagnostic
  }

  static func invalidKeyName(
    _ member: DocumentMember, at path: ConfigPath, expected kind: ValueKind,
    besides siblings: [DocumentMember]
  ) -> Diagnostic {
    var diagnostic = Diagnostic.error(
      kind.words.isEmpty ? "invalid-name" : "unknown-key",
      "`\(member.key)` is not \(kind.description)", at: member.keySpan,
      label: "not a name that can stand here")
    var better = member.key.nearest(in: kind.words)
    if case .shaped(let shape) = kind { better = shape.repaired(member.key) }
    if let better, !siblings.contains(where: { $0.key == better }) {
      diagnostic.fixes = [Fix("rename it to `\(better)`", .rename(path, to: better))]
    }
    return diagnostic
  }

  static func tooLong(at path: ConfigPath, span: Span, limit: Int) -> Diagnostic {
    .error(
      "malformed-value", "`\(path)` is longer than \(limit) characters", at: span,
      label: "too long")
  }

  static func misplacedKey(
    _ member: DocumentMember, at path: ConfigPath, of archetypes: [String], in type: String
  ) -> Diagnostic {
    let owners = archetypes.map { "`\($0)`" }.joined(separator: " or ")
    var diagnostic = Diagnostic.warning(
      "misplaced-key", "`\(member.key)` has no meaning in a `\(type)` service", at: member.keySpan,
      label: "belongs to a service of type \(owners)")
    diagnostic.fixes = [Fix("remove it", .remove(path))]
    return diagnostic
  }

  static func shorthand(
    _ message: String, at span: Span, better: String, _ edits: [ConfigEdit]
  ) -> Diagnostic {
    var fix = Fix("write \(better)")
    fix.edits = edits
    return Diagnostic(
      code: "shorthand", severity: .note, message: message, primary: Label(span, ""), fixes: [fix])
  }
}

extension DocumentNode.Content {
  /// What the value is in a few words.
  var typeName: String {
    switch self {
    case .string: "a text"
    case .integer: "a whole number"
    case .float: "a number"
    case .boolean: "a truth value"
    case .dateTime: "a date or time"
    case .array: "a list"
    case .table: "a table"
    }
  }

  /// The value of the wanted kind that this one obviously stands for.
  fileprivate func converted(to kind: ValueKind) -> ConfigValue? {
    switch (kind, self) {
    case (.integer, .string(let text)), (.port, .string(let text)):
      return Int64(text).flatMap { kind.accepts($0) ? .integer($0) : nil }
    case (.number(let range), .string(let text)):
      return Double(text).flatMap { range.contains($0) ? .float($0) : nil }
    case (.integer, .float(let number)), (.port, .float(let number)):
      return Int64(exactly: number).flatMap { kind.accepts($0) ? .integer($0) : nil }
    case (.boolean, .string(let text)):
      return ["true": true, "yes": true, "on": true, "false": false, "no": false, "off": false][
        text.lowercased()
      ].map { .boolean($0) }
    case (.text, .integer(let number)), (.shaped, .integer(let number)): return .string("\(number)")
    case (.list(let element), .string(let text)) where element.acceptsText:
      return .array([.string(text)])
    default: return nil
    }
  }
}

extension ConfigValue {
  /// The value as a message shows it.
  fileprivate var spelling: String {
    switch self {
    case .string(let text): "`\"\(text)\"`"
    case .integer(let number): "`\(number)`"
    case .float(let number): "`\(number)`"
    case .boolean(let flag): "`\(flag)`"
    case .dateTime(let literal): "`\(literal.text)`"
    case .array: "a list"
    case .table: "a table"
    }
  }
}

extension ValueKind {
  /// What it is without bounds and words.
  fileprivate var shortDescription: String {
    switch self {
    case .text, .shaped, .choice: "a text"
    case .integer, .port: "a whole number"
    case .number: "a number"
    case .boolean: "true or false"
    case .list: "a list"
    case .table: "a table"
    case .either: description
    }
  }

  /// Whether a whole number lies in its range.
  func accepts(_ number: Int64) -> Bool {
    switch self {
    case .integer(let range): range.contains(number)
    case .port: (1...65535).contains(number)
    default: false
    }
  }

  fileprivate var acceptsText: Bool {
    switch self {
    case .text, .shaped, .choice: true
    case .either(let one, let other): one.acceptsText || other.acceptsText
    default: false
    }
  }
}

extension TextShape {
  /// Whether it is a name a person gives to a part of the platform.
  fileprivate var isName: Bool {
    [.kebabName, .typeName, .fieldName, .identifier, .topic].contains(self)
  }

  /// What it is in two or three words.
  fileprivate var article: String {
    switch self {
    case .kebabName: "kebab-case"
    case .typeName: "upper camel case"
    case .fieldName: "snake_case"
    case .version: "a version"
    case .url: "a URL"
    case .duration: "a duration"
    case .cron: "a cron expression"
    case .timeZone: "a time zone"
    case .domain: "a domain"
    case .imagePrefix: "a registry"
    default: "allowed here"
    }
  }

  /// The text that was obviously meant, if there is one.
  fileprivate func repaired(_ text: String) -> String? {
    let better: String? =
      switch self {
      case .kebabName: Naming.kebab(text)
      case .typeName: Naming.pascal(text)
      case .fieldName: Naming.snake(text)
      case .timeZone: text.nearest(in: TimeZoneNames.all.sorted())
      case .urlPath: "/" + text
      default: nil
      }
    return better.flatMap { matches($0) ? $0 : nil }
  }
}
