import IgniteModel
import IgniteSyntax

/// Reads the config keys that an `entry.toml` declares: one table each below `options`, named by the
/// path of the key.
///
/// ```toml
/// [options."services[].page_size"]
/// type = "integer"        # table, text, a shape such as duration, integer, number, boolean, port or choice
/// min = 1
/// max = 100
/// default = 20
/// help = "How many things a list gives at once."
/// ```
struct OptionReader {
  private let table: DocumentNode
  private let path: String
  /// Called with what is wrong and where.
  private let report: (String, Span) -> Void

  private static let known = [
    "type", "words", "min", "max", "list", "default", "required", "unit", "means", "effect",
    "secret", "help", "example",
  ]

  init(path: String, table: DocumentNode, report: @escaping (String, Span) -> Void) {
    self.path = path
    self.table = table
    self.report = report
  }

  /// The declaration; for services of the given archetype alone, if there is one.
  func declaration(archetype: String?) -> KeyDeclaration? {
    guard case .table(let members) = table.content else {
      report("`options.\(path)` must be a table", table.span)
      return nil
    }
    for member in members where !Self.known.contains(member.key) {
      report("`\(member.key)` is no key of an option", member.keySpan)
    }
    guard let kind = kind(), let help = text("help") else {
      if text("help") == nil { report("`options.\(path)` has no `help`", table.span) }
      return nil
    }
    return KeyDeclaration(
      KeyPattern(path), flag("list") ? .list(kind) : kind, default: value("default"),
      isRequired: flag("required"), unit: text("unit"),
      role: word("means", KeyDeclaration.GraphRole.init(rawValue:)),
      effect: word("effect", KeyDeclaration.Effect.init(rawValue:)) ?? .shapesOutput,
      archetypes: archetype.map { [$0] } ?? [], isSecret: flag("secret"), help: help,
      example: value("example"))
  }

  private func kind() -> ValueKind? {
    switch text("type") {
    case "table": return .table
    case "text": return .text(maxLength: Int(clamping: integer("max") ?? 1_000))
    case "integer": return integerRange().map(ValueKind.integer)
    case "number": return numberRange().map(ValueKind.number)
    case "boolean": return .boolean
    case "port": return .port
    case "choice": return .choice(words())
    case .some(let name):
      if let shape = TextShape(rawValue: name) { return .shaped(shape) }
      report("`\(name)` is no type of an option", table.span)
    case nil: report("`options.\(path)` has no `type`", table.span)
    }
    return nil
  }

  private func integerRange() -> ClosedRange<Int64>? {
    let (low, high) = (integer("min") ?? 0, integer("max") ?? .max)
    if low <= high { return low...high }
    report("`min` is above `max` in `options.\(path)`", table.span)
    return nil
  }

  private func numberRange() -> ClosedRange<Double>? {
    let (low, high) = (number("min") ?? 0, number("max") ?? .greatestFiniteMagnitude)
    if low <= high { return low...high }
    report("`min` is above `max` in `options.\(path)`", table.span)
    return nil
  }

  private func words() -> [String] {
    guard let node = table.member("words")?.node, case .array(let elements) = node.content else {
      report("`options.\(path)` has no `words` to choose from", table.span)
      return []
    }
    return elements.compactMap { if case .string(let text) = $0.content { text } else { nil } }
  }

  private func word<Word>(_ key: String, _ make: (String) -> Word?) -> Word? {
    guard let text = text(key) else { return nil }
    if let word = make(text) { return word }
    report("`\(text)` is no word for `\(key)`", table.span)
    return nil
  }

  private func value(_ key: String) -> ConfigValue? { table.member(key)?.node.value }

  private func text(_ key: String) -> String? {
    if case .string(let text)? = value(key) { text } else { nil }
  }

  private func flag(_ key: String) -> Bool { value(key) == .boolean(true) }

  private func integer(_ key: String) -> Int64? {
    if case .integer(let number)? = value(key) { number } else { nil }
  }

  private func number(_ key: String) -> Double? {
    switch value(key) {
    case .integer(let number)?: Double(number)
    case .float(let number)?: number
    default: nil
    }
  }
}
