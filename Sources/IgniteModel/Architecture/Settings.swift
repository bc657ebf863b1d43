public import IgniteSyntax

/// Resolved values by their dotted path, each with its provenance.
public struct Settings: Sendable {
  private var values: [String: Sourced<ConfigValue>] = [:]

  /// Makes an empty collection.
  public init() {}

  /// The value at a dotted path such as `resilience.retry.max_attempts`.
  public subscript(_ path: String) -> Sourced<ConfigValue>? {
    get { values[path] }
    set { values[path] = newValue }
  }

  /// The text at a path, if it is one.
  public func string(_ path: String) -> Sourced<String>? {
    guard let found = values[path], case .string(let text) = found.value else { return nil }
    return Sourced(text, path: found.path, provenance: found.provenance)
  }

  /// The whole number at a path, if it is one.
  public func integer(_ path: String) -> Sourced<Int64>? {
    guard let found = values[path], case .integer(let number) = found.value else { return nil }
    return Sourced(number, path: found.path, provenance: found.provenance)
  }

  /// The number at a path, a whole one included.
  public func number(_ path: String) -> Sourced<Double>? {
    guard let found = values[path] else { return nil }
    switch found.value {
    case .float(let number): return Sourced(number, path: found.path, provenance: found.provenance)
    case .integer(let number):
      return Sourced(Double(number), path: found.path, provenance: found.provenance)
    default: return nil
    }
  }

  /// The truth value at a path, if it is one.
  public func boolean(_ path: String) -> Sourced<Bool>? {
    guard let found = values[path], case .boolean(let flag) = found.value else { return nil }
    return Sourced(flag, path: found.path, provenance: found.provenance)
  }

  /// All paths that have a value, sorted.
  public var paths: [String] { values.keys.sorted() }
}
