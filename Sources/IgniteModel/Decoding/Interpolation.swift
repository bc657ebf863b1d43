/// A text with variables in it: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`; `$${` is `${`.
public struct Interpolation: Hashable, Sendable {
  /// A stretch of the text.
  public enum Part: Hashable, Sendable {
    /// Text as it is.
    case literal(String)
    /// The value of a variable.
    case variable(Variable)
  }

  /// A variable and what to do without it.
  public struct Variable: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The text to take when it is unset or empty.
    public var fallback: String?
    /// What to say when it is unset or empty.
    public var message: String?
  }

  /// What is wrong with the spelling of a variable.
  public enum Problem: Error, Hashable, Sendable {
    /// A `${` has no `}`.
    case unclosed
    /// What stands between the braces is not a name with `:-` or `:?`.
    case badName(String)
  }

  /// The stretches in order.
  public var parts: [Part]

  /// The variables in order.
  public var variables: [Variable] {
    parts.compactMap { if case .variable(let variable) = $0 { variable } else { nil } }
  }

  /// Whether a text may hold a variable or an escaped one.
  static func isPossible(in text: String) -> Bool {
    text.utf8.contains(UInt8(ascii: "$"))
  }

  /// Reads a text.
  public init(_ text: String) throws(Problem) {
    parts = []
    var literal = ""
    var rest = Substring(text)
    while let dollar = rest.firstIndex(of: "$") {
      literal += rest[..<dollar]
      rest = rest[dollar...]
      if rest.hasPrefix("$${") {
        literal += "${"
        rest = rest.dropFirst(3)
      } else if rest.hasPrefix("${") {
        guard let end = rest.firstIndex(of: "}") else { throw .unclosed }
        let variable = try Variable(rest[..<end].dropFirst(2))
        if !literal.isEmpty { parts.append(.literal(literal)) }
        literal = ""
        parts.append(.variable(variable))
        rest = rest[rest.index(after: end)...]
      } else {
        literal += "$"
        rest = rest.dropFirst()
      }
    }
    literal += rest
    if !literal.isEmpty || parts.isEmpty { parts.append(.literal(literal)) }
  }

  /// The text with its variables replaced, or the first variable that has no value.
  public func text(in environment: [String: String]) -> Result<String, MissingVariable> {
    var text = ""
    for part in parts {
      switch part {
      case .literal(let literal): text += literal
      case .variable(let variable):
        guard let value = variable.value(in: environment) else {
          return .failure(MissingVariable(variable: variable))
        }
        text += value
      }
    }
    return .success(text)
  }

  /// A variable that has neither a value nor a default.
  public struct MissingVariable: Error, Hashable, Sendable {
    /// The variable.
    public var variable: Variable
  }
}

extension Interpolation.Variable {
  init(_ text: Substring) throws(Interpolation.Problem) {
    let end = text.firstIndex(of: ":") ?? text.endIndex
    name = String(text[..<end])
    let rest = text[end...]
    if rest.hasPrefix(":-") {
      fallback = String(rest.dropFirst(2))
    } else if rest.hasPrefix(":?") {
      message = String(rest.dropFirst(2))
    } else if !rest.isEmpty {
      throw .badName(String(text))
    }
    guard Self.isName(name), !text.contains("${") else { throw .badName(String(text)) }
  }

  /// The value in an environment, absent when there is none and no default.
  func value(in environment: [String: String]) -> String? {
    let found = environment[name]
    guard fallback != nil || message != nil else { return found }
    return found.flatMap { $0.isEmpty ? nil : $0 } ?? fallback
  }

  private static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return name.utf8.allSatisfy { $0 == 0x5F || $0.isASCIILetter || $0.isASCIIDigit }
  }
}
