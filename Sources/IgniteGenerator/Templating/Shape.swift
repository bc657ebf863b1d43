/// What a name in a template may stand for, so that templates can be checked before there is a value.
public indirect enum Shape: Hashable, Sendable {
  /// A text.
  case text
  /// A whole number.
  case number
  /// A fractional number.
  case decimal
  /// True or false.
  case flag
  /// Values of one shape.
  case list(Shape)
  /// The record that the vocabulary declares under this name.
  case record(String)

  /// How a message names the shape.
  public var description: String {
    switch self {
    case .text: "a text"
    case .number: "a whole number"
    case .decimal: "a fractional number"
    case .flag: "a truth value"
    case .list: "a list"
    case .record(let name): "a record (\(name))"
    }
  }
}

/// The names that a record offers to templates.
public struct RecordShape: Sendable {
  /// One name of a record.
  public struct Member: Hashable, Sendable {
    /// The name.
    public var name: String
    /// What it stands for.
    public var shape: Shape

    /// Makes a member.
    public init(_ name: String, _ shape: Shape) {
      self.name = name
      self.shape = shape
    }
  }

  /// What the record is called.
  public let name: String
  /// The names it offers, in the order of the values.
  public let members: [Member]
  private let positions: [String: Int]

  /// Declares a record; two members of one name are a mistake of the program.
  public init(_ name: String, _ members: [Member]) {
    self.name = name
    self.members = members
    positions = Dictionary(
      members.enumerated().map { ($1.name, $0) },
      uniquingKeysWith: { _, _ in preconditionFailure("a member of \(name) is declared twice") })
  }

  /// The position of a member's value.
  public func position(of member: String) -> Int? { positions[member] }
}
