/// A value of a config document, free of its place and spelling.
public indirect enum ConfigValue: Hashable, Sendable {
  /// A text.
  case string(String)
  /// A whole number.
  case integer(Int64)
  /// A floating-point number, infinities and NaN included.
  case float(Double)
  /// True or false.
  case boolean(Bool)
  /// A date, a time or both, as written.
  case dateTime(DateTimeLiteral)
  /// A list.
  case array([ConfigValue])
  /// Named values in their order.
  case table([ConfigMember])
}

/// One named value of a table.
public struct ConfigMember: Hashable, Sendable {
  /// The name.
  public var key: String
  /// The value.
  public var value: ConfigValue

  /// Makes a member.
  public init(_ key: String, _ value: ConfigValue) {
    self.key = key
    self.value = value
  }
}

/// A date or time of a document in its normal RFC 3339 spelling.
public struct DateTimeLiteral: Hashable, Sendable {
  /// Which parts are there.
  public enum Kind: String, Sendable {
    /// Date, time and offset from UTC.
    case offsetDateTime
    /// Date and time of no particular zone.
    case localDateTime
    /// Date alone.
    case localDate
    /// Time alone.
    case localTime
  }

  /// Which parts are there.
  public var kind: Kind
  /// The RFC 3339 text, `T` between date and time, seconds always given.
  public var text: String

  /// Makes a literal of a text that is known to be valid.
  public init(kind: Kind, text: String) {
    self.kind = kind
    self.text = text
  }
}
