/// A length of time as a config writes it: `500ms`, `30s`, `1h30m`, `7d`.
public struct TimeSpan: Hashable, Sendable {
  /// The length in milliseconds.
  public var milliseconds: Int64

  /// Reads numbers with units, absent when the text is none or is longer than 10,000 years.
  public init?(_ text: String) {
    var rest = text.utf8[...]
    var total: Int64 = 0
    guard !rest.isEmpty, rest.count <= 64 else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix(while: \.isASCIIDigit)
      let unit = rest[digits.endIndex...].prefix(while: \.isASCIILowercase)
      guard let number = Int64(Substring(digits)), let length = Self.units[String(Substring(unit))]
      else { return nil }
      let (product, isTooLong) = number.multipliedReportingOverflow(by: length)
      guard !isTooLong, product <= Self.longest - total else { return nil }
      total += product
      rest = rest[unit.endIndex...]
    }
    milliseconds = total
  }

  private static let longest: Int64 = 10_000 * 366 * 86_400_000
  private static let units: [String: Int64] = [
    "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
  ]
}
