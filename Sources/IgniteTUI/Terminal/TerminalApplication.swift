/// What the event loop runs: it takes events, and draws itself when all that are pending are taken.
@MainActor
public protocol TerminalApplication {
  /// Takes everything that has happened since the last frame. The first event is the size.
  mutating func handle(_ events: [InputEvent])

  /// Draws the whole screen; the surface is blank and has the terminal's size.
  func draw(on surface: inout Surface)

  /// Whether the loop ends.
  var isFinished: Bool { get }

  /// What the application wants of the terminal, once each.
  mutating func takeRequests() -> [TerminalRequest]

  /// In how many milliseconds of silence it wants a `tick`; nothing for never.
  var tickDelay: Int? { get }
}

extension TerminalApplication {
  /// Nothing.
  public mutating func takeRequests() -> [TerminalRequest] { [] }

  /// Never.
  public var tickDelay: Int? { nil }
}

/// What an application wants of the terminal.
public enum TerminalRequest: Hashable, Sendable {
  /// Another theme.
  case theme(Theme)
  /// Whether to listen to the mouse; without it the terminal's own selection works.
  case mouse(Bool)
  /// Other characters to draw with.
  case glyphs(GlyphSet)
  /// Another program in the foreground, found along PATH; a `resumed` with its status follows.
  case run([String])
  /// Stop the job until the shell lets it go on; a `resumed` without a status follows.
  case suspend
  /// Draw everything again.
  case redraw
  /// Put a text on the clipboard, where the terminal lets programs do that.
  case copy(String)
}
