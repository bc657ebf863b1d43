/// How many colours the terminal shows.
public enum ColorSupport: String, CaseIterable, Comparable, Sendable {
  case none
  case eight
  case sixteen
  case indexed
  case truecolor

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// Whether one shows fewer colours than another.
  public static func < (left: ColorSupport, right: ColorSupport) -> Bool { left.rank < right.rank }

  /// What the environment says; `colours` is the number in the terminal's description, if it has
  /// one.
  public static func detected(
    _ environment: TerminalEnvironment, colours: Int? = nil
  ) -> ColorSupport {
    let terminal = environment.terminal
    if environment["NO_COLOR"] != nil || environment.isDumb { return .none }
    // GNU screen passes on the promise of the terminal around it, which it does not keep.
    let isScreen = environment["STY"] != nil && environment["TMUX"] == nil
    let promise = environment["COLORTERM"]?.lowercased()
    if ["truecolor", "24bit"].contains(promise), !isScreen { return .truecolor }
    if terminal.hasSuffix("-direct") || terminal == "xterm-kitty" { return .truecolor }
    return numbered(colours ?? guessed(terminal))
  }

  private static func numbered(_ colours: Int) -> ColorSupport {
    switch colours {
    case 256...: .indexed
    case 16...: .sixteen
    case 8...: .eight
    default: .none
    }
  }

  /// The colours of a terminal whose description is missing.
  private static func guessed(_ terminal: String) -> Int {
    if terminal.contains("256color") { return 256 }
    if terminal.hasPrefix("vt") { return 0 }
    return 8
  }
}
