/// The numbers that set how a terminal writes.
enum PenCode {
  static func attributes(_ attributes: Style.Attributes) -> [String] {
    let codes: [(Style.Attributes, String)] = [
      (.bold, "1"), (.dim, "2"), (.italic, "3"), (.underline, "4"), (.reverse, "7"),
    ]
    return codes.filter { attributes.contains($0.0) }.map(\.1)
  }

  static func text(_ color: Color) -> String { code(color, first: 30, bright: 90, long: "38") }

  static func ground(_ color: Color) -> String { code(color, first: 40, bright: 100, long: "48") }

  private static func code(_ color: Color, first: Int, bright: Int, long: String) -> String {
    switch color {
    case .standard: "\(first + 9)"
    case .indexed(let number) where number < 8: "\(first + Int(number))"
    case .indexed(let number) where number < 16: "\(bright + Int(number) - 8)"
    case .indexed(let number): "\(long);5;\(number)"
    case .rgb(let red, let green, let blue): "\(long);2;\(red);\(green);\(blue)"
    }
  }
}
