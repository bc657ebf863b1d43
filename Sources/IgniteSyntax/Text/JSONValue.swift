/// A JSON value whose objects keep the order in which their members were given.
public indirect enum JSONValue: Hashable, Sendable {
  /// Nothing.
  case null
  /// True or false.
  case boolean(Bool)
  /// A whole number.
  case integer(Int64)
  /// A number; infinities and NaN, which JSON has not, are written as null.
  case number(Double)
  /// A text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// Named values.
  case object([JSONMember])
}

/// One named value of a JSON object.
public struct JSONMember: Hashable, Sendable {
  /// The name.
  public var name: String
  /// The value.
  public var value: JSONValue

  /// Makes a member.
  public init(_ name: String, _ value: JSONValue) {
    self.name = name
    self.value = value
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Takes a text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Takes a whole number.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// Takes a truth value.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  /// Takes the elements of a list.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// Takes the members of an object in their order.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { JSONMember($0.0, $0.1) })
  }
}

extension ConfigValue {
  /// The value in JSON: dates as texts, numbers that JSON has not as `inf`, `-inf` and `nan`.
  public var json: JSONValue {
    switch self {
    case .string(let text): .string(text)
    case .integer(let number): .integer(number)
    case .float(let number): number.isFinite ? .number(number) : .string("\(number)")
    case .boolean(let flag): .boolean(flag)
    case .dateTime(let literal): .string(literal.text)
    case .array(let elements): .array(elements.map(\.json))
    case .table(let members): .object(members.map { JSONMember($0.key, $0.value.json) })
    }
  }
}
