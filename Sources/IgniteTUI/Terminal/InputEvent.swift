/// What reaches an application from outside.
public enum InputEvent: Hashable, Sendable {
  /// A key was hit.
  case key(Key)
  /// Text was pasted, at once and whole; its lines end in LF.
  case paste(String)
  /// The mouse did something.
  case mouse(MouseEvent)
  /// The terminal has another size.
  case resize(Size)
  /// The terminal's window came to the front or left it.
  case focus(Bool)
  /// Background work has something to say.
  case wake
  /// The time that the application asked for is over.
  case tick
  /// The program is back: from being suspended, or from running another one with this status.
  case resumed(status: Int32?)
  /// The program must end: SIGTERM, SIGHUP, or the terminal is gone.
  case terminate
}
