import IgniteSyntax
import Testing

@testable import IgniteTUI

struct ThemeTests {
  /// Roles that are only ever lines.
  private static let lines: [Role: Double] = [
    .border: 2.9, .scrollbar: 1.9, .edge: 2.9, .edgeDimmed: 1.9,
  ]

  @Test func bringsTheThemesThatArePromised() {
    let promised = [
      "catppuccin-mocha", "default-dark", "default-light", "dracula", "gruvbox", "high-contrast",
      "mono", "nord", "solarized-dark", "solarized-light",
    ]
    #expect(ThemeCatalog.builtInIds == promised)
  }

  @Test(arguments: ThemeCatalog.builtInIds)
  func canBeRead(_ id: String) {
    let (theme, report) = ThemeCatalog().theme(id)
    #expect(report.diagnostics.isEmpty)
    #expect(theme.id == id)
    if id == "mono" { return }
    for role in Role.allCases {
      for mark in [[], .selected, .matched, .problem] as [Mark] {
        let style = theme.style(of: role, mark: mark)
        let contrast = Contrast.between(style.foreground, style.background) ?? 0
        #expect(
          contrast >= (mark == [] || mark == .problem ? Self.lines[role] : nil) ?? 4.5,
          "\(role) \(mark)")
      }
    }
  }

  @Test(arguments: ThemeCatalog.builtInIds, [ColorSupport.indexed, .sixteen, .eight])
  func canBeReadInFewerColours(_ id: String, _ colours: ColorSupport) {
    let theme = ThemeCatalog().theme(id).theme.reduced(to: colours)
    if id == "mono" { return }
    for role in Role.allCases where Self.lines[role] == nil {
      let style = theme.style(of: role)
      let contrast = Contrast.between(style.foreground, style.background) ?? 0
      #expect(contrast >= (colours == .indexed ? 4.5 : 2.5), "\(role) \(style)")
      if case .indexed(let number) = style.foreground {
        #expect(Int(number) < (colours == .eight ? 8 : colours == .sixteen ? 16 : 256))
      }
    }
  }

  @Test func needsNoColourAtAll() {
    let theme = ThemeCatalog().theme("nord").theme.reduced(to: .none)
    for role in Role.allCases {
      #expect(theme.style(of: role).foreground == .standard)
      #expect(theme.style(of: role).background == .standard)
    }
    #expect(theme.style(of: .selection).attributes == .reverse)
    #expect(theme.style(of: .match) != theme.style(of: .text))
  }

  @Test func numbersRolesInTheirOrder() {
    #expect(Role.allCases.map(\.index) == Array(0..<Role.allCases.count))
    #expect(Role.allCases.allSatisfy { Role(id: $0.id) == $0 })
    #expect(Role.borderFocused.id == "border-focused")
  }

  @Test func saysWhatIsWrongWithAFile() {
    let text = """
      title = 3
      extra = true
      [colors]
      a = "#12345"
      b = 300
      good = "#102030"
      [roles]
      text = { fg = "good", bg = "nowhere", blink = true, bold = 1 }
      eror = "good"
      """
    let source = Source(name: "mine.toml", bytes: Array(text.utf8))
    let (theme, diagnostics) = ThemeReader.read(source, id: "mine")
    #expect(theme == nil)
    #expect(
      Set(diagnostics.map(\.message)) == [
        "`title` must be a text", "`extra` is no key of a theme", "this is no colour",
        "`blink` is no key of a role", "`bold` must be true or false", "there is no role `eror`",
      ])
    #expect(diagnostics.allSatisfy { $0.code == "theme-file" && $0.primary != nil })
    #expect(diagnostics.contains { $0.notes == ["did you mean `error`?"] })
  }

  @Test func readsRolesFromTheColoursOfAFile() {
    let text = """
      [colors]
      ink = "#0a0B0c"
      [roles]
      text = { fg = "ink", bg = 7 }
      error = { fg = "#ff0000", underline = true }
      muted = "default"
      """
    let source = Source(name: "mine.toml", bytes: Array(text.utf8))
    let theme = ThemeReader.read(source, id: "mine").theme
    #expect(
      theme?.style(of: .title) == Style(foreground: .rgb(10, 11, 12), background: .indexed(7)))
    #expect(
      theme?.style(of: .error)
        == Style(foreground: .rgb(255, 0, 0), background: .indexed(7), attributes: .underline))
    #expect(theme?.style(of: .muted).foreground == .standard)
  }
}
