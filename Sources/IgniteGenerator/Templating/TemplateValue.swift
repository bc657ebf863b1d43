/// What a name in a template stands for.
public enum TemplateValue: Sendable {
  /// Nothing was given.
  case absent
  /// A text.
  case text(String)
  /// A whole number.
  case number(Int64)
  /// A fractional number.
  case decimal(Double)
  /// True or false.
  case flag(Bool)
  /// Values in their order.
  case list([TemplateValue])
  /// Named values.
  case record(TemplateRecord)

  /// Whether a condition on the value alone holds: there is something, and it is neither false, nor
  /// zero, nor empty.
  public var isTruthy: Bool {
    switch self {
    case .absent: false
    case .text(let text): !text.isEmpty
    case .number(let number): number != 0
    case .decimal(let number): number != 0
    case .flag(let flag): flag
    case .list(let elements): !elements.isEmpty
    case .record: true
    }
  }
}

/// Named values in the order that their shape declares.
public final class TemplateRecord: Sendable {
  /// The values by the position of their name in the shape.
  public let values: [TemplateValue]

  /// Takes the values in the order of the shape's members.
  public init(_ values: [TemplateValue]) {
    self.values = values
  }
}
