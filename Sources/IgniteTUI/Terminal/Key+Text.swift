extension Key: CustomStringConvertible {
  /// The key as key bindings write it: `ctrl-s`, `alt-1`, `shift-tab`, `f10`, `q`.
  public var description: String {
    var text = ""
    if modifiers.contains(.control) { text += "ctrl-" }
    if modifiers.contains(.alt) { text += "alt-" }
    if modifiers.contains(.shift) { text += "shift-" }
    return text + Self.name(of: code)
  }

  /// Reads a key as `description` writes it; nothing where the text names no key.
  public init?(text: String) {
    var rest = text[...]
    var modifiers: Modifiers = []
    while let (prefix, modifier) = Self.prefixes.first(where: {
      rest.count > $0.0.count && rest.lowercased().hasPrefix($0.0)
    }) {
      modifiers.insert(modifier)
      rest = rest.dropFirst(prefix.count)
    }
    guard let code = Self.code(named: rest) else { return nil }
    self.init(code, modifiers)
  }

  private static let prefixes: [(String, Modifiers)] = [
    ("ctrl-", .control), ("alt-", .alt), ("shift-", .shift),
  ]

  private static let names: [(String, KeyCode)] = [
    ("space", .character(" ")), ("up", .up), ("down", .down), ("left", .left), ("right", .right),
    ("home", .home), ("end", .end), ("page-up", .pageUp), ("page-down", .pageDown),
    ("enter", .enter), ("tab", .tab), ("escape", .escape), ("backspace", .backspace),
    ("delete", .delete), ("insert", .insert),
  ]

  private static func name(of code: KeyCode) -> String {
    if let row = names.first(where: { $0.1 == code }) { return row.0 }
    switch code {
    case .character(let character): return String(character)
    case .function(let number): return "f\(number)"
    default: preconditionFailure("a key without a name")
    }
  }

  private static func code(named name: Substring) -> KeyCode? {
    if name.count == 1, let character = name.first {
      return character == " " || character.isNewline ? nil : .character(character)
    }
    if let row = names.first(where: { $0.0 == name.lowercased() }) { return row.1 }
    guard name.first == "f" || name.first == "F", let number = Int(name.dropFirst()),
      (1...24).contains(number)
    else { return nil }
    return .function(number)
  }
}
