public import IgniteSyntax

/// A place of a config that says the name of a part.
public struct Mention: Hashable, Sendable {
  /// How the name stands in its place.
  enum Form: Hashable, Sendable {
    /// The value is the name.
    case value
    /// The key is the name.
    case key
    /// The value ends with the name, after this text.
    case ending(String)
    /// The value is a field type that refers to the name.
    case reference(FieldType)
  }

  /// The path of the value, or of the table that the name is the key of.
  public var path: ConfigPath
  /// The text that says it.
  public var span: Span
  /// The service in whose table it stands; absent outside of services.
  public var service: String?
  /// Whether the part is declared here, rather than used.
  public var isDeclaration: Bool
  var form: Form

  /// The edit that says another name here.
  func saying(_ name: String) -> ConfigEdit {
    switch form {
    case .value: return .set(path, .string(name))
    case .key: return .rename(path, to: name)
    case .ending(let start): return .set(path, .string(start + name))
    case .reference(var type):
      type.scalar = .reference(name)
      return .set(path, .string(type.description))
    }
  }
}
