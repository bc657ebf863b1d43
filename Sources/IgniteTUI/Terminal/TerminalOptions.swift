/// What a terminal begins with.
public struct TerminalOptions: Sendable {
  /// How roles look.
  public var theme: Theme
  /// Whether the mouse is listened to.
  public var isMouseOn: Bool
  /// The characters to draw with; nothing to choose by the locale.
  public var glyphs: GlyphSet?
  /// The colours; nothing to find out.
  public var colours: ColorSupport?
  /// What background work wakes the loop with.
  public var waker: Waker?
  /// What the environment says.
  public var environment: TerminalEnvironment

  /// Options for the environment of this process.
  public init(
    theme: Theme = ThemeCatalog.standard, isMouseOn: Bool = true, glyphs: GlyphSet? = nil,
    colours: ColorSupport? = nil, waker: Waker? = nil,
    environment: TerminalEnvironment = .current
  ) {
    self.theme = theme
    self.isMouseOn = isMouseOn
    self.glyphs = glyphs
    self.colours = colours
    self.waker = waker
    self.environment = environment
  }
}
