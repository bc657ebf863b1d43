/// Why there is no full screen.
public enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Standard input or output is a file or a pipe.
  case notATerminal
  /// The terminal cannot place its cursor.
  case dumb(String)
  /// The system refused something.
  case system(String)

  /// The message in one lower-case line.
  public var description: String {
    switch self {
    case .notATerminal: "standard input and output are not a terminal"
    case .dumb(let type): "a terminal of type `\(type)` cannot place its cursor"
    case .system(let reason): "the terminal cannot be used: \(reason)"
    }
  }
}
