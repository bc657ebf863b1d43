/// What a terminal writes with.
public struct Pen: Hashable, Sendable {
  /// The numbers of the attributes that are set: 1 bold, 2 dim, 3 italic, 4 underlined, 7 reversed.
  public private(set) var attributes: Set<Int> = []
  /// The colour of the text, as its numbers: `31`, `38;5;200`, `38;2;1;2;3`.
  public private(set) var foreground = "39"
  /// The colour behind it, as its numbers.
  public private(set) var background = "49"

  /// The terminal's own colours and no attribute.
  public init() {}

  /// Only the colour behind, which erasing leaves.
  var ground: Pen {
    var pen = Pen()
    pen.background = background
    return pen
  }

  /// Obeys the numbers of one sequence.
  mutating func set(_ numbers: [Int]) {
    var rest = numbers[...]
    while let number = rest.popFirst() {
      switch number {
      case 0: self = Pen()
      case 1...9: attributes.insert(number)
      case 21, 22: attributes.subtract([1, 2])
      case 23...29: attributes.remove(number - 20)
      case 30...37, 39, 90...97: foreground = "\(number)"
      case 40...47, 49, 100...107: background = "\(number)"
      case 38: foreground = Self.long(number, &rest)
      case 48: background = Self.long(number, &rest)
      default: break
      }
    }
  }

  private static func long(_ number: Int, _ rest: inout ArraySlice<Int>) -> String {
    let count = rest.first == 2 ? 4 : 2
    defer { rest = rest.dropFirst(count) }
    return ([number] + rest.prefix(count)).map(String.init).joined(separator: ";")
  }
}
