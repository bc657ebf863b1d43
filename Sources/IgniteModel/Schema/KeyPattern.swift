/// The path of a declared key: fixed keys, `<name>` for any key of a table, `[]` for any element.
public struct KeyPattern: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// One step down.
  public enum Component: Hashable, Sendable {
    /// Into the member of that name.
    case key(String)
    /// Into any member; the name says what the members stand for.
    case anyKey(String)
    /// Into any element of a list.
    case element
  }

  /// The steps from the root.
  public let components: [Component]

  /// Reads a pattern such as `services[].ports.<protocol>`.
  public init(_ text: String) {
    components = text.split(separator: ".").flatMap(Self.components(of:))
  }

  /// Reads a pattern such as `services[].ports.<protocol>`.
  public init(stringLiteral value: String) { self.init(value) }

  private static func components(of part: Substring) -> [Component] {
    var name = part
    var elements: [Component] = []
    while name.hasSuffix("[]") {
      name = name.dropLast(2)
      elements.append(.element)
    }
    let isAny = name.hasPrefix("<") && name.hasSuffix(">")
    return [isAny ? .anyKey(String(name.dropFirst().dropLast())) : .key(String(name))] + elements
  }

  /// The pattern as it is declared.
  public var description: String {
    var text = ""
    for component in components {
      switch component {
      case .element: text += "[]"
      case .key(let key): text += (text.isEmpty ? "" : ".") + key
      case .anyKey(let name): text += (text.isEmpty ? "" : ".") + "<\(name)>"
      }
    }
    return text
  }

  /// Whether the key belongs to a service.
  public var isBelowService: Bool { components.starts(with: [.key("services"), .element]) }
}
