public import IgniteSyntax

/// Long explanations of what themes tell, for `allframe explain`.
public enum ThemeExplanations {
  /// Every code of themes with its explanation.
  public static let all: [(code: Diagnostic.Code, text: String)] = [
    (
      "theme-file",
      """
      A theme is a TOML file: `title`, `dark`, a table `[colors]` that names colours and a table \
      `[roles]` that says how each role looks, as the name of a colour or as \
      `{ fg = "…", bg = "…", bold = true }`. A colour is "#rrggbb", a number from 0 to 255 or \
      "default". Roles that are missing look like `text`. While a theme has an error the program \
      looks as `default-dark` does.
      """
    ),
    (
      "unknown-theme",
      """
      Themes are found by the name of their file without `.toml`: a person's own in the folder \
      `allframe/themes` of the config home, the others came with the program.
      """
    ),
  ]
}
