/// The type of an entity's field: a scalar, whether it is optional or a list, and its marks.
public struct FieldType: Hashable, Sendable {
  /// What one value is.
  public enum Scalar: Hashable, Sendable {
    /// A short text.
    case string
    /// A long text.
    case text
    /// True or false.
    case bool
    /// A 32-bit whole number.
    case i32
    /// A 64-bit whole number.
    case i64
    /// A 64-bit floating-point number.
    case f64
    /// An exact decimal number.
    case decimal
    /// A UUID.
    case uuid
    /// A calendar date.
    case date
    /// An instant in UTC.
    case timestamp
    /// Any JSON value.
    case json
    /// Bytes, base64 in JSON.
    case bytes
    /// One of the given words.
    case enumeration([String])
    /// The id of an entity of the same service.
    case reference(String)
  }

  /// What one value is.
  public var scalar: Scalar
  /// Whether the value may be absent (`?`).
  public var isOptional: Bool
  /// Whether there are any number of values (`[]`).
  public var isList: Bool
  /// Whether no two entities have the same value (`unique`).
  public var isUnique: Bool
  /// Whether it says something about a person (`pii`).
  public var isPersonal: Bool
  /// Whether lists can be filtered by it (`indexed`).
  public var isIndexed: Bool
  /// Whether several people change it at once, and their changes come together (`merged`).
  public var isMerged: Bool

  /// Makes a type.
  public init(
    _ scalar: Scalar, isOptional: Bool = false, isList: Bool = false, isUnique: Bool = false,
    isPersonal: Bool = false, isIndexed: Bool = false, isMerged: Bool = false
  ) {
    self.scalar = scalar
    self.isOptional = isOptional
    self.isList = isList
    self.isUnique = isUnique
    self.isPersonal = isPersonal
    self.isIndexed = isIndexed
    self.isMerged = isMerged
  }
}
