/// The numbered colours of terminals, as xterm and the Linux console have them.
enum Palette {
  /// The red, green and blue of a colour; nothing for the terminal's own.
  static func components(_ color: Color) -> (UInt8, UInt8, UInt8)? {
    switch color {
    case .standard: nil
    case .rgb(let red, let green, let blue): (red, green, blue)
    case .indexed(let number): table[Int(number)]
    }
  }

  /// The nearest of the first `count` numbered colours that can be told from the background.
  static func nearest(
    to color: Color, among numbers: Range<Int>, on background: Color?, contrast: Double
  ) -> Color {
    guard let wanted = components(color) else { return color }
    var best: (number: Int, distance: Int)?
    for number in numbers {
      let distance = distance(wanted, table[number])
      guard distance < best?.distance ?? .max else { continue }
      let candidate = Color.indexed(UInt8(number))
      let isSeen = background.flatMap { Contrast.between(candidate, $0) }.map { $0 >= contrast }
      if isSeen ?? true { best = (number, distance) }
    }
    return best.map { .indexed(UInt8($0.number)) } ?? color
  }

  /// Red counts 2, green 4 and blue 3, as eyes weigh them.
  private static func distance(
    _ one: (UInt8, UInt8, UInt8), _ other: (UInt8, UInt8, UInt8)
  ) -> Int {
    let red = Int(one.0) - Int(other.0)
    let green = Int(one.1) - Int(other.1)
    let blue = Int(one.2) - Int(other.2)
    return 2 * red * red + 4 * green * green + 3 * blue * blue
  }

  static let table: [(UInt8, UInt8, UInt8)] = ansi + cube + greys

  private static let ansi: [(UInt8, UInt8, UInt8)] = (0..<16).map { number in
    if number == 7 { return (192, 192, 192) }
    if number == 8 { return (128, 128, 128) }
    let full: UInt8 = number < 8 ? 170 : 255
    return (
      number & 1 == 0 ? 0 : full, number & 2 == 0 ? 0 : full, number & 4 == 0 ? 0 : full
    )
  }

  private static let cube: [(UInt8, UInt8, UInt8)] = {
    let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
    return (0..<216).map { (levels[$0 / 36], levels[$0 / 6 % 6], levels[$0 % 6]) }
  }()

  private static let greys: [(UInt8, UInt8, UInt8)] = (0..<24).map {
    let level = UInt8(8 + 10 * $0)
    return (level, level, level)
  }
}
