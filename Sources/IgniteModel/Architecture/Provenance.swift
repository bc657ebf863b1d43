public import IgniteSyntax

/// Where a resolved value came from.
public enum Provenance: Hashable, Sendable {
  /// The config file, at a place.
  case file(Span)
  /// The overlay of an environment in the config file.
  case overlay(environment: String, Span)
  /// The default of the key's declaration.
  case declaredDefault
  /// An environment variable, by interpolation at a place of the file.
  case environment(variable: String, Span)
  /// A `--set` on the command line, as it was given.
  case flag(String)
  /// Worked out by resolution, with the reason.
  case derived(String)

  /// The place in the config file, if it has one.
  public var span: Span? {
    switch self {
    case .file(let span), .overlay(_, let span), .environment(_, let span): span
    case .declaredDefault, .flag, .derived: nil
    }
  }
}

/// A value that remembers its path and where it came from.
public struct Sourced<Value: Sendable>: Sendable {
  /// The value.
  public var value: Value
  /// The path of the value in the config.
  public var path: ConfigPath
  /// Where the value came from.
  public var provenance: Provenance

  /// Makes a sourced value.
  public init(_ value: Value, path: ConfigPath, provenance: Provenance) {
    self.value = value
    self.path = path
    self.provenance = provenance
  }

  /// The place in the config file, if it has one.
  public var span: Span? { provenance.span }
}

extension Sourced: Equatable where Value: Equatable {}
extension Sourced: Hashable where Value: Hashable {}
