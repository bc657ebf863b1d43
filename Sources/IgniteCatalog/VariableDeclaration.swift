/// A variable of a service's environment that only a person knows, as an entry declares it.
public struct VariableDeclaration: Sendable {
  /// Its name in the environment of the service.
  public let name: String
  /// What it is for, in a few words.
  public let about: String
  /// Whether it proves something, so that it must not stand in a file.
  public let isSecret: Bool
  /// Whether all services have the same value.
  public let isShared: Bool
  /// Whether the service does without it.
  public let isOptional: Bool
  /// The key whose text is used in its place where the config has it.
  public let key: String?
  /// When it is asked for: each key with the words that it may have.
  public let condition: [String: [String]]
}
