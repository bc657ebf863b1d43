#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the environment says of the terminal.
public struct TerminalEnvironment: Hashable, Sendable {
  private let values: [String: String]

  private static let names = [
    "TERM", "COLORTERM", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG", "TMUX", "STY",
  ]

  /// An environment of given variables.
  public init(_ values: [String: String]) { self.values = values }

  /// The environment of this process.
  public static var current: TerminalEnvironment {
    let rows = names.compactMap { name in getenv(name).map { (name, String(cString: $0)) } }
    return TerminalEnvironment(Dictionary(uniqueKeysWithValues: rows))
  }

  /// A variable; nothing where it is empty.
  subscript(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// The type of the terminal.
  public var terminal: String { self["TERM"] ?? "" }

  /// Whether the terminal can do nothing but print line after line.
  public var isDumb: Bool { ["", "dumb", "unknown", "emacs"].contains(terminal) }

  /// Whether text is UTF-8.
  public var isUTF8: Bool {
    let locale = (self["LC_ALL"] ?? self["LC_CTYPE"] ?? self["LANG"] ?? "").lowercased()
    return locale.contains("utf-8") || locale.contains("utf8")
  }

  /// Whether standard input and output are a terminal that a full screen can be drawn on; otherwise
  /// plain prompts are left.
  public static var canFillScreen: Bool {
    isatty(0) == 1 && isatty(1) == 1 && !current.isDumb
  }
}
