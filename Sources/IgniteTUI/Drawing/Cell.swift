/// One cell: a character with at most two combining marks, its role and what is laid over it.
public struct Cell: Hashable, Sendable {
  /// The character and its marks, 21 bits each; 0 for the right half of a wide character.
  var glyph: UInt64
  /// What the cell means.
  public var role: Role
  /// What is laid over the role.
  public var mark: Mark
  /// The columns of the character: 1 or 2, 0 for the right half of a wide one.
  public internal(set) var width: UInt8

  /// A space.
  public static let blank = Cell(" ", role: .text)

  init(_ scalar: Unicode.Scalar, role: Role, mark: Mark = [], width: Int = 1) {
    glyph = UInt64(scalar.value)
    self.role = role
    self.mark = mark
    self.width = UInt8(truncatingIfNeeded: width)
  }

  /// The right half of a wide character.
  static func covered(role: Role) -> Cell {
    var cell = Cell(" ", role: role, width: 0)
    cell.glyph = 0
    return cell
  }

  /// The character with its marks, nothing for the right half of a wide one.
  public var text: String {
    var text = ""
    forEachScalar { text.unicodeScalars.append($0) }
    return text
  }

  /// Adds a combining mark, as far as there is room for it.
  mutating func combine(_ scalar: Unicode.Scalar) {
    guard glyph != 0 else { return }
    let shift: UInt64 = glyph >> 21 == 0 ? 21 : 42
    if glyph >> shift == 0 { glyph |= UInt64(scalar.value) << shift }
  }

  /// The character, then its marks.
  @inline(__always) func forEachScalar(_ body: (Unicode.Scalar) -> Void) {
    var rest = glyph
    while rest != 0 {
      if let scalar = Unicode.Scalar(UInt32(rest & 0x1F_FFFF)) { body(scalar) }
      rest >>= 21
    }
  }
}
