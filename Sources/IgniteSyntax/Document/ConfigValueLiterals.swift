extension ConfigValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// Takes a text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Takes a whole number.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// Takes a floating-point number.
  public init(floatLiteral value: Double) { self = .float(value) }
  /// Takes a truth value.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  /// Takes the elements of a list.
  public init(arrayLiteral elements: ConfigValue...) { self = .array(elements) }
  /// Takes the members of a table in their order.
  public init(dictionaryLiteral elements: (String, ConfigValue)...) {
    self = .table(elements.map { ConfigMember($0.0, $0.1) })
  }
}
