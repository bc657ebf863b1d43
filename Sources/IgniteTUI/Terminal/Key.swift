/// A key with the modifiers that were held.
public struct Key: Hashable, Sendable {
  /// Which key.
  public var code: KeyCode
  /// What was held; shift only where the terminal does not send another character for it.
  public var modifiers: Modifiers

  /// A key; letters with control are lower case, letters with shift are their upper case.
  public init(_ code: KeyCode, _ modifiers: Modifiers = []) {
    self.code = code
    self.modifiers = modifiers
    guard case .character(let character) = code else { return }
    if modifiers.contains(.control) {
      self.code = .character(Self.single(character.lowercased()) ?? character)
    } else if modifiers.contains(.shift), let upper = Self.single(character.uppercased()) {
      self.code = .character(upper)
      self.modifiers.remove(.shift)
    }
  }

  /// A character key.
  public init(_ character: Character, _ modifiers: Modifiers = []) {
    self.init(.character(character), modifiers)
  }

  private static func single(_ text: String) -> Character? { text.count == 1 ? text.first : nil }

  /// What may be held with a key.
  public struct Modifiers: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Modifiers from their bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The shift key.
    public static let shift = Modifiers(rawValue: 1)
    /// The alt or option key.
    public static let alt = Modifiers(rawValue: 2)
    /// The control key.
    public static let control = Modifiers(rawValue: 4)
  }

  /// The character that the key types into a text, nothing for commands.
  public var typed: Character? {
    guard case .character(let character) = code, modifiers.isEmpty else { return nil }
    return character
  }
}

/// Which key was hit.
public enum KeyCode: Hashable, Sendable {
  case character(Character)
  case function(Int)
  case up
  case down
  case left
  case right
  case home
  case end
  case pageUp
  case pageDown
  case enter
  case tab
  case escape
  case backspace
  case delete
  case insert
}
