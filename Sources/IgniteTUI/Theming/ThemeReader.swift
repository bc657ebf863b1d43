import IgniteSyntax

/// Reads a theme file.
struct ThemeReader {
  private let document: Document
  private var diagnostics: [Diagnostic]
  private var colors: [String: Color] = ["default": .standard]
  /// What roles that say nothing else are written with and on.
  private var text = Style()

  private static let attributes: [(String, Style.Attributes)] = [
    ("bold", .bold), ("dim", .dim), ("italic", .italic), ("underline", .underline),
    ("reverse", .reverse),
  ]

  /// The theme of a file; nothing where the file has an error.
  static func read(_ source: Source, id: String) -> (theme: Theme?, diagnostics: [Diagnostic]) {
    var reader = ThemeReader(Document.parse(source, format: .toml))
    let theme = reader.theme(id)
    let isBroken = reader.diagnostics.contains { $0.severity == .error }
    return (isBroken ? nil : theme, reader.diagnostics)
  }

  private init(_ document: Document) {
    self.document = document
    diagnostics = document.diagnostics
  }

  private mutating func theme(_ id: String) -> Theme {
    readColors()
    let styles = readRoles()
    var title = id
    var isDark = true
    for member in members(of: document.root) {
      switch (member.key, member.node.content) {
      case ("title", .string(let text)): title = text
      case ("dark", .boolean(let value)): isDark = value
      case ("title", _): report("`title` must be a text", at: member.node.span)
      case ("dark", _): report("`dark` must be true or false", at: member.node.span)
      case ("colors", _), ("roles", _): break
      default: report("`\(member.key)` is no key of a theme", at: member.keySpan)
      }
    }
    return Theme(id: id, title: title, isDark: isDark, styles: styles)
  }

  private func members(of node: DocumentNode?) -> [DocumentMember] {
    if case .table(let members)? = node?.content { members } else { [] }
  }

  private mutating func table(_ key: String) -> [DocumentMember] {
    guard let node = document.root.member(key)?.node else { return [] }
    if case .table(let members) = node.content { return members }
    report("`\(key)` must be a table", at: node.span)
    return []
  }

  // Colours.

  private mutating func readColors() {
    for member in table("colors") {
      if let color = literal(member.node) {
        colors[member.key] = color
      } else {
        report("this is no colour", at: member.node.span, Self.colorNote)
      }
    }
  }

  private static let colorNote = "colours are \"#rrggbb\", a number from 0 to 255 or \"default\""

  private func literal(_ node: DocumentNode) -> Color? {
    switch node.content {
    case .integer(let number): UInt8(exactly: number).map { .indexed($0) }
    case .string("default"): .standard
    case .string(let text): Self.hexadecimal(text)
    default: nil
    }
  }

  private static func hexadecimal(_ text: String) -> Color? {
    let digits = text.utf8.dropFirst()
    guard text.utf8.first == UInt8(ascii: "#"), digits.count == 6,
      digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(text.dropFirst(), radix: 16)
    else { return nil }
    return .rgb(UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255))
  }

  /// A colour by its name in the file or by itself.
  private mutating func color(_ node: DocumentNode) -> Color? {
    if case .string(let name) = node.content, let color = colors[name] { return color }
    if let color = literal(node) { return color }
    report(
      "this is no colour", at: node.span, Self.colorNote,
      "this theme names \(colors.keys.sorted().joined(separator: ", "))")
    return nil
  }

  // Roles.

  private mutating func readRoles() -> [Role: Style] {
    let members = table("roles")
    if let member = members.first(where: { $0.key == "text" }) { text = style(member.node) }
    var styles: [Role: Style] = [.text: text]
    for member in members {
      guard let role = Role(id: member.key) else {
        let nearest = member.key.nearest(in: Role.allCases.map(\.id))
        report(
          "there is no role `\(member.key)`", at: member.keySpan,
          nearest.map { "did you mean `\($0)`?" } ?? "see the themes that came with the program")
        continue
      }
      styles[role] = style(member.node)
    }
    return styles
  }

  private mutating func style(_ node: DocumentNode) -> Style {
    var style = Style(foreground: text.foreground, background: text.background)
    guard case .table(let members) = node.content else {
      if let color = color(node) { style.foreground = color }
      return style
    }
    for member in members { read(member, into: &style) }
    return style
  }

  private mutating func read(_ member: DocumentMember, into style: inout Style) {
    switch member.key {
    case "fg": color(member.node).map { style.foreground = $0 }
    case "bg": color(member.node).map { style.background = $0 }
    default: readAttribute(member, into: &style)
    }
  }

  private mutating func readAttribute(_ member: DocumentMember, into style: inout Style) {
    guard let row = Self.attributes.first(where: { $0.0 == member.key }) else {
      let known = Self.attributes.map(\.0).joined(separator: ", ")
      return report(
        "`\(member.key)` is no key of a role", at: member.keySpan, "known are fg, bg, \(known)")
    }
    guard case .boolean(let isSet) = member.node.content else {
      return report("`\(member.key)` must be true or false", at: member.node.span)
    }
    if isSet { style.attributes.insert(row.1) }
  }

  private mutating func report(_ message: String, at span: Span, _ notes: String...) {
    var diagnostic = Diagnostic.error("theme-file", message, at: span)
    diagnostic.notes = notes
    diagnostics.append(diagnostic)
  }
}

extension Role {
  /// The role as theme files name it: `border-focused`.
  public var id: String {
    rawValue.reduce(into: "") { id, character in
      if character.isUppercase { id += "-" }
      id += character.lowercased()
    }
  }

  /// The role with an id.
  init?(id: String) {
    guard let role = Self.allCases.first(where: { $0.id == id }) else { return nil }
    self = role
  }
}
