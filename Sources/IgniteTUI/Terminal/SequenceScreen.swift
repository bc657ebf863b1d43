import CTerm

/// A screen by sequences of our own, for terminals with all colours and for those without a
/// description on this machine.
@MainActor
final class SequenceScreen: Screen {
  let colours: ColorSupport
  let farewell = Array("\u{1B}[m\u{1B}[?25h\u{1B}[?1049l".utf8)
  let keys: [[UInt8]: Key] = [:]
  private var presenter: Presenter

  init(theme: Theme, colours: ColorSupport, isASCII: Bool) {
    self.colours = colours
    presenter = Presenter(theme: theme, colours: colours, isASCII: isASCII)
  }

  func enter() {
    TerminalOutput.write("\u{1B}[?1049h\u{1B}[?25l")
    presenter.invalidate()
  }

  func leave() {
    TerminalOutput.write(farewell)
    allframe_term_make_cooked()
  }

  func resize(to size: Size) { presenter.invalidate() }
  func invalidate() { presenter.invalidate() }
  func use(_ theme: Theme) { presenter.use(theme) }
  func present(_ surface: Surface) { TerminalOutput.write(presenter.frame(surface)) }
}
