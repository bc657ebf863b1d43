/// Which screen a terminal gets.
@MainActor
enum ScreenChoice {
  /// Sequences of our own for terminals with all colours and for those that ncurses knows nothing
  /// of; ncurses for the rest.
  static func screen(for options: TerminalOptions) throws -> any Screen {
    let environment = options.environment
    let isASCII = !environment.isUTF8
    let wanted = options.colours ?? ColorSupport.detected(environment)
    if wanted == .truecolor {
      return SequenceScreen(theme: options.theme, colours: .truecolor, isASCII: isASCII)
    }
    if let screen = try CursesScreen(options) { return screen }
    return SequenceScreen(theme: options.theme, colours: wanted, isASCII: isASCII)
  }
}
