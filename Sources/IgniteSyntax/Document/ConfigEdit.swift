/// One change to a config document, free of the document's language.
public enum ConfigEdit: Hashable, Sendable {
  /// Gives the value at the path, created with the tables it needs or replaced in place.
  case set(ConfigPath, ConfigValue)
  /// Adds an element to the array or array of tables at the path, before the element numbered `at`,
  /// at the end where that is the count.
  case insert(ConfigPath, at: Int, ConfigValue)
  /// Takes the value at the path away, with the comments that belong to it.
  case remove(ConfigPath)
  /// Moves an element of the array or array of tables at the path.
  case move(ConfigPath, from: Int, to: Int)
  /// Gives the key at the end of the path another name.
  case rename(ConfigPath, to: String)
}
