/// How many terminal columns text takes, by our own table: the same answer in any locale.
public enum TextWidth {
  /// The columns of one scalar: 0 for marks and controls, 2 for wide ones.
  public static func of(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x20 || (0x7F..<0xA0).contains(value) { return 0 }
    if value < 0x300 || (0x2500..<0x2600).contains(value) { return 1 }
    if holds(value, in: WidthTable.wide) { return 2 }
    return holds(value, in: WidthTable.zero) ? 0 : 1
  }

  /// The columns of a text, scalar by scalar, as terminals lay it out.
  public static func of(_ text: some StringProtocol) -> Int {
    text.unicodeScalars.reduce(0) { $0 + of($1) }
  }

  private static func holds(_ value: UInt32, in table: [UInt32]) -> Bool {
    var low = 0
    var high = table.count / 2
    while low < high {
      let middle = (low + high) / 2
      if table[2 * middle + 1] < value { low = middle + 1 } else { high = middle }
    }
    return 2 * low < table.count && table[2 * low] <= value
  }
}
