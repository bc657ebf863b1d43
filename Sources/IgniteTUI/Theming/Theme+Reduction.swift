extension Theme {
  /// The theme in the colours that a terminal has; text stays apart from what is behind it.
  public func reduced(to colours: ColorSupport) -> Theme {
    if colours == .truecolor { return self }
    let styles = Role.allCases.map { role in
      (role, colours == .none ? Self.plain(role) : reduced(style(of: role), to: colours))
    }
    return Theme(
      id: id, title: title, isDark: isDark, styles: Dictionary(uniqueKeysWithValues: styles))
  }

  /// Without colours every theme looks like `mono`.
  private static func plain(_ role: Role) -> Style {
    var style = ThemeCatalog.mono.style(of: role)
    style.foreground = .standard
    style.background = .standard
    return style
  }

  private func reduced(_ style: Style, to colours: ColorSupport) -> Style {
    let (texts, grounds, contrast) = Self.choice(colours)
    var style = style
    style.background = Palette.nearest(
      to: style.background, among: grounds, on: nil, contrast: 1)
    style.foreground = Palette.nearest(
      to: style.foreground, among: texts, on: style.background, contrast: contrast)
    return style
  }

  /// Of the 256 the first 16 are left out: people set them to what they like. With so few as eight,
  /// red on black is dark and must still be red.
  private static func choice(
    _ colours: ColorSupport
  ) -> (texts: Range<Int>, grounds: Range<Int>, contrast: Double) {
    switch colours {
    case .indexed: (16..<256, 16..<256, 4.5)
    case .sixteen: (0..<16, 0..<8, 2.5)
    default: (0..<8, 0..<8, 2.5)
    }
  }
}
