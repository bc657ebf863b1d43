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
  case record(any TemplateRecord)

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

/// Named values in the order that their shape declares; one may be worked out when it is asked for.
public protocol TemplateRecord: AnyObject, Sendable {
  /// The value of the name at a position of the shape.
  subscript(position: Int) -> TemplateValue { get }
}

/// Named values that are there already.
public final class FixedRecord: TemplateRecord {
  private let values: [TemplateValue]

  /// Takes the values in the order of the shape's members.
  public init(_ values: [TemplateValue]) {
    self.values = values
  }

  /// The value of the name at a position of the shape.
  public subscript(position: Int) -> TemplateValue { values[position] }
}
