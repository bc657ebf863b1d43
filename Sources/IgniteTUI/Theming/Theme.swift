/// How every role looks.
public struct Theme: Hashable, Sendable {
  /// The name of its file.
  public let id: String
  /// What a person reads in the list of themes.
  public let title: String
  /// Whether text is light on dark.
  public let isDark: Bool
  /// One style a role, in the order of `Role.allCases`.
  private let styles: [Style]

  /// A theme with a style for every role; roles that are missing look like `text`.
  public init(id: String, title: String, isDark: Bool, styles: [Role: Style]) {
    self.id = id
    self.title = title
    self.isDark = isDark
    let text = styles[.text] ?? Style()
    self.styles = Role.allCases.map { styles[$0] ?? text }
  }

  /// How a role looks with what is laid over it.
  public func style(of role: Role, mark: Mark = []) -> Style {
    var style = styles[role.index]
    if mark.contains(.selected) { lay(styles[Role.selection.index], over: &style) }
    if mark.contains(.matched) { style = styles[Role.match.index] }
    if mark.contains(.problem) { style.attributes.insert(.underline) }
    if mark.contains(.strong) { style.attributes.insert(.bold) }
    return style
  }

  /// The background is the selection's; the text keeps its colour where it can still be read there.
  private func lay(_ selection: Style, over style: inout Style) {
    style.background = selection.background
    style.attributes.formUnion(selection.attributes)
    let contrast = Contrast.between(style.foreground, style.background)
    if contrast.map({ $0 < 4.5 }) ?? true { style.foreground = selection.foreground }
  }
}

extension Role {
  /// The place in `allCases`; cases without values are numbered in their order.
  var index: Int { Int(unsafeBitCast(self, to: UInt8.self)) }
}
