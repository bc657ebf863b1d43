/// The languages a config may be written in.
public enum ConfigFormat: String, Sendable, CaseIterable {
  /// TOML 1.1 read, 1.0 written.
  case toml
  /// YAML 1.1 as libyaml reads it.
  case yaml

  /// The language that the ending of a file name says, absent for any other ending.
  public init?(path: String) {
    guard let dot = path.lastIndex(of: ".") else { return nil }
    switch path[path.index(after: dot)...].lowercased() {
    case "toml": self = .toml
    case "yaml", "yml": self = .yaml
    default: return nil
    }
  }
}
