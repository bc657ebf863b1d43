import IgniteSyntax

/// Checks single values against their declarations and puts variables in.
struct ValueChecker {
  /// The variables there are.
  let environment: [String: String]
  /// What is wrong with the values that were checked.
  var report = DecodingReport()
  /// The first variable of the value that was checked last, if it has one.
  private(set) var variable: String?
  /// Whether variables of that value were replaced by what they stand for.
  private var isReplaced = false
  /// Whether the variables of that value are left for the deployment to replace.
  private(set) var isCarried = false

  init(environment: [String: String]) { self.environment = environment }

  /// The value with its variables replaced, absent when it is not what the declaration asks for.
  mutating func checked(
    _ node: DocumentNode, by declaration: KeyDeclaration, at path: ConfigPath
  ) -> DocumentNode? {
    variable = nil
    isReplaced = false
    isCarried = false
    return checked(node, as: declaration.kind, by: declaration, at: path)
  }

  private mutating func checked(
    _ node: DocumentNode, as kind: ValueKind, by declaration: KeyDeclaration, at path: ConfigPath
  ) -> DocumentNode? {
    switch (kind, node.content) {
    case (.list(let element), .array(let nodes)):
      let elements = nodes.enumerated().compactMap { index, node in
        checked(node, as: element, by: declaration, at: path.appending(index))
      }
      return DocumentNode(.array(elements), span: node.span)
    case (.either(let one, let other), _):
      let chosen = one.takes(node.content) ? one : other
      return checked(node, as: chosen, by: declaration, at: path)
    case (_, .string(let text)):
      return checked(text, in: node, as: kind, by: declaration, at: path)
    default:
      return checkedPlain(node, as: kind, by: declaration, at: path)
    }
  }

  private mutating func checked(
    _ text: String, in node: DocumentNode, as kind: ValueKind, by declaration: KeyDeclaration,
    at path: ConfigPath
  ) -> DocumentNode? {
    guard Interpolation.isPossible(in: text) else {
      return checkedPlain(node, as: kind, by: declaration, at: path)
    }
    switch interpolated(text, in: node, by: declaration) {
    case .refused: return nil
    case .carried: return node
    case .text(let text, let isVariable):
      isReplaced = isVariable
      let content = isVariable ? kind.content(of: text) : .string(text)
      return checkedPlain(
        DocumentNode(content, span: node.span), as: kind, by: declaration, at: path)
    }
  }

  private enum Interpolated {
    case text(String, isVariable: Bool)
    case carried
    case refused
  }

  private mutating func interpolated(
    _ text: String, in node: DocumentNode, by declaration: KeyDeclaration
  ) -> Interpolated {
    let interpolation: Interpolation
    do { interpolation = try Interpolation(text) } catch {
      tell(.malformedVariable(error, at: node.span))
      return .refused
    }
    guard let first = interpolation.variables.first else {
      return .text(interpolation.literalText, isVariable: false)
    }
    if declaration.effect == .prose {
      tell(.variableInProse(first.name, of: declaration, at: node.span))
      return .refused
    }
    variable = variable ?? first.name
    if declaration.effect == .carried {
      isCarried = true
      return .carried
    }
    switch interpolation.text(in: environment) {
    case .success(let text): return .text(text, isVariable: true)
    case .failure(let missing):
      tell(.unsetVariable(missing.variable, of: declaration, at: node.span))
      return .refused
    }
  }

  private mutating func checkedPlain(
    _ node: DocumentNode, as kind: ValueKind, by declaration: KeyDeclaration, at path: ConfigPath
  ) -> DocumentNode? {
    switch (kind, node.content) {
    case (.text(let limit), .string(let text)):
      if text.utf8.count <= limit || text.count <= limit { return node }
      tell(.tooLong(at: path, span: node.span, limit: limit))
    case (.shaped(let shape), .string(let text)):
      if shape.matches(text) { return node }
      tell(shape.diagnostic(for: text, at: path, span: node.span))
    case (.choice(let words), .string(let text)):
      return chosen(text, among: words, node, by: declaration, at: path)
    case (.integer, .integer(let number)), (.port, .integer(let number)):
      if kind.accepts(number) { return node }
      tellOutOfRange("\(number)", node, as: kind, by: declaration, at: path)
    case (.number(let range), .integer(let number)):
      if range.contains(Double(number)) { return node }
      tellOutOfRange("\(number)", node, as: kind, by: declaration, at: path)
    case (.number(let range), .float(let number)):
      if range.contains(number) { return node }
      tellOutOfRange("\(number)", node, as: kind, by: declaration, at: path)
    case (.boolean, .boolean): return node
    default: tell(.wrongType(node, at: path, expected: kind))
    }
    return nil
  }

  private mutating func chosen(
    _ text: String, among words: [String], _ node: DocumentNode, by declaration: KeyDeclaration,
    at path: ConfigPath
  ) -> DocumentNode? {
    if words.contains(text) { return node }
    guard let word = declaration.synonyms[text] else {
      tell(.unknownChoice(text, at: path, span: node.span, among: words))
      return nil
    }
    tell(
      .shorthand(
        "`\(text)` is another name for `\(word)`", at: node.span, better: "`\(word)`",
        [.set(path, .string(word))]))
    return DocumentNode(.string(word), span: node.span)
  }

  /// Tells what is wrong; what a variable gave cannot be mended in the file.
  private mutating func tell(_ diagnostic: @autoclosure () -> Diagnostic) {
    guard let variable, isReplaced else { return report.add(diagnostic()) }
    var diagnostic = diagnostic()
    diagnostic.fixes = []
    diagnostic.notes.append("the value comes from the variable `\(variable)`")
    report.add(diagnostic)
  }

  private mutating func tellOutOfRange(
    _ value: String, _ node: DocumentNode, as kind: ValueKind, by declaration: KeyDeclaration,
    at path: ConfigPath
  ) {
    tell(
      .outOfRange(value, at: path, span: node.span, expected: kind, unit: declaration.unit))
  }
}

extension ValueKind {
  /// Whether a value is of the right type, its range and shape aside.
  func takes(_ content: DocumentNode.Content) -> Bool {
    switch (self, content) {
    case (.text, .string), (.shaped, .string), (.choice, .string), (.boolean, .boolean),
      (.integer, .integer), (.port, .integer), (.number, .integer), (.number, .float),
      (.list, .array), (.table, .table):
      true
    case (.either(let one, let other), _): one.takes(content) || other.takes(content)
    default: false
    }
  }

  /// What the value of a variable is where this kind belongs.
  fileprivate func content(of text: String) -> DocumentNode.Content {
    switch self {
    case .integer, .port: Int64(text).map { .integer($0) } ?? .string(text)
    case .number: Double(text).map { .float($0) } ?? .string(text)
    case .boolean:
      text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : .string(text)
    default: .string(text)
    }
  }
}

extension TextShape {
  /// What is wrong with a text that has not the shape.
  fileprivate func diagnostic(for text: String, at path: ConfigPath, span: Span) -> Diagnostic {
    if self == .fieldType {
      do { _ = try FieldType(text) } catch {
        return .invalidFieldType(error, at: path, span: span)
      }
    }
    var diagnostic = Diagnostic.malformed(text, at: path, span: span, expected: self)
    if self == .cron, let problem = CronSchedule.problem(in: text) { diagnostic.notes = [problem] }
    return diagnostic
  }
}

extension Interpolation {
  /// The text of a config value in which no variable is left.
  fileprivate var literalText: String {
    parts.map { if case .literal(let text) = $0 { text } else { "" } }.joined()
  }
}
