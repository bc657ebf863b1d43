/// The person's folders for what programs keep.
public struct Homes: Hashable, Sendable {
  /// For what the person configures, absent where there is no home.
  public var config: String?
  /// For what the program remembers, absent where there is no home.
  public var state: String?

  /// The folders that an environment names.
  public init(environment: [String: String]) {
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 }
    func folder(_ variable: String, _ fallback: String) -> String? {
      if let path = environment[variable], path.hasPrefix("/") { return path + "/allframe" }
      return home.map { "\($0)/\(fallback)/allframe" }
    }
    config = folder("XDG_CONFIG_HOME", ".config")
    state = folder("XDG_STATE_HOME", ".local/state")
  }
}
