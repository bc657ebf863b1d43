/// What the value of a key must be.
public indirect enum ValueKind: Hashable, Sendable {
  /// Any text of at most so many characters.
  case text(maxLength: Int)
  /// A text of a certain shape.
  case shaped(TextShape)
  /// A whole number in a range.
  case integer(ClosedRange<Int64>)
  /// A number in a range.
  case number(ClosedRange<Double>)
  /// True or false.
  case boolean
  /// One of the given words.
  case choice([String])
  /// A TCP port from 1 to 65535.
  case port
  /// A list of values of one kind.
  case list(ValueKind)
  /// A table; its members are declared on their own.
  case table
  /// Either of two kinds.
  case either(ValueKind, ValueKind)

  /// What it is in a few words, for messages: `a whole number from 1 to 100`.
  public var description: String {
    switch self {
    case .text: "a text"
    case .shaped(let shape): shape.description
    case .integer(let range): "a whole number \(Self.bounds(range))"
    case .number(let range): "a number \(Self.bounds(range))"
    case .boolean: "true or false"
    case .choice(let words): "one of \(words.map { "`\($0)`" }.joined(separator: ", "))"
    case .port: "a port from 1 to 65535"
    case .list(let kind): "a list, each element \(kind.description)"
    case .table: "a table"
    case .either(let one, let other): "\(one.description), or \(other.description)"
    }
  }

  /// The words of a choice, also of one inside a list.
  public var words: [String] {
    switch self {
    case .choice(let words): words
    case .list(let kind): kind.words
    case .either(let one, let other): one.words + other.words
    default: []
    }
  }

  private static func bounds(_ range: ClosedRange<Int64>) -> String {
    range.upperBound == .max ? "of at least \(range.lowerBound)" : text(range)
  }

  private static func bounds(_ range: ClosedRange<Double>) -> String { text(range) }

  private static func text<Bound>(_ range: ClosedRange<Bound>) -> String {
    "from \(range.lowerBound) to \(range.upperBound)"
  }
}
