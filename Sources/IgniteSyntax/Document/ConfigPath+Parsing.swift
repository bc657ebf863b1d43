/// What came of reading or resolving a path that a person wrote.
public enum PathOutcome: Hashable, Sendable {
  /// The path.
  case path(ConfigPath)
  /// Why the text is no path, or leads nowhere.
  case refused(Diagnostic)
}

extension ConfigPath {
  /// Reads a path as a person writes it: `services[0].ports.rest`, `environments."my env"`, or with
  /// the name of an element, `services[order-service].type`, which `resolve(in:)` then looks up.
  public static func parse(_ text: String) -> PathOutcome {
    var reader = PathReader(text: text)
    return reader.read()
  }

  /// The path with every name that stands for an element of a list replaced by its number; keys that
  /// do not exist yet are kept.
  public func resolve(in root: DocumentNode) -> PathOutcome {
    var node: DocumentNode? = root
    var resolved = ConfigPath.root
    for component in components {
      guard let step = node.map({ Self.step(component, in: $0) }) ?? component else {
        return .refused(Self.unknownElement(component, of: resolved, in: node))
      }
      resolved.components.append(step)
      node = node?.node(at: ConfigPath([step]))
    }
    return .path(resolved)
  }

  private static func step(_ component: Component, in node: DocumentNode) -> Component? {
    guard case .array(let elements) = node.content, case .key(let name) = component
    else { return component }
    if let index = elements.firstIndex(where: { $0.elementName == name }) { return .index(index) }
    return Int(name).map { .index($0) }
  }

  private static func unknownElement(
    _ component: Component, of path: ConfigPath, in node: DocumentNode?
  ) -> Diagnostic {
    guard case .key(let name) = component, case .array(let elements)? = node?.content
    else { return .error("unknown-path", "`\(path)` does not exist") }
    var diagnostic = Diagnostic.error("unknown-path", "`\(path)` has no element named `\(name)`")
    let names = elements.compactMap(\.elementName)
    if !names.isEmpty {
      diagnostic.notes = ["its elements are \(names.map { "`\($0)`" }.joined(separator: ", "))"]
    }
    return diagnostic
  }
}

extension DocumentNode {
  /// The text of the member `name`, by which people call an element.
  fileprivate var elementName: String? {
    guard case .string(let name)? = member("name")?.node.content else { return nil }
    return name
  }
}

/// Reads the text of a path from its start to its end.
private struct PathReader {
  private let text: String
  private var rest: Substring
  private var path = ConfigPath.root

  init(text: String) {
    self.text = text
    rest = text[...]
  }

  mutating func read() -> PathOutcome {
    guard !text.isEmpty else { return refused("it is empty") }
    while !rest.isEmpty {
      if let problem = rest.first == "[" ? readBrackets() : readKey() { return refused(problem) }
    }
    return .path(path)
  }

  private func refused(_ problem: String) -> PathOutcome {
    var diagnostic = Diagnostic.error("invalid-path", "`\(text)` is not a path: \(problem)")
    diagnostic.notes = ["write it like `services[0].ports.rest` or `services[orders].type`"]
    return .refused(diagnostic)
  }

  /// Reads one key, with the dot before it unless it is the first; returns what is wrong.
  private mutating func readKey() -> String? {
    if !path.components.isEmpty {
      guard rest.first == "." else { return "a dot belongs before `\(rest)`" }
      rest.removeFirst()
    }
    switch readName(until: ".[]") {
    case .name(let name): path = path.appending(name)
    case .problem(let problem): return problem
    }
    return nil
  }

  private mutating func readBrackets() -> String? {
    rest.removeFirst()
    let isQuoted = rest.first == "\"" || rest.first == "'"
    switch readName(until: "[]") {
    case .problem(let problem): return problem
    case .name(let name):
      guard rest.first == "]" else { return "a bracket is not closed" }
      rest.removeFirst()
      if !isQuoted, let index = Int(name), index >= 0 {
        path = path.appending(index)
      } else {
        path = path.appending(name)
      }
      return nil
    }
  }

  private enum Name {
    case name(String)
    case problem(String)
  }

  private mutating func readName(until stops: String) -> Name {
    if let quote = rest.first, quote == "\"" || quote == "'" { return readQuoted(quote) }
    let name = rest.prefix { !stops.contains($0) && !"\"' =".contains($0) }
    rest = rest.dropFirst(name.count)
    return name.isEmpty ? .problem("a name is missing") : .name(String(name))
  }

  private mutating func readQuoted(_ quote: Character) -> Name {
    rest.removeFirst()
    var name = ""
    while let character = rest.popFirst() {
      if character == quote { return .name(name) }
      if character == "\\", quote == "\"", let escaped = rest.popFirst() {
        name.append(escaped)
      } else {
        name.append(character)
      }
    }
    return .problem("a quote is not closed")
  }
}
