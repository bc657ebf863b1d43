/// A control sequence without its `ESC [`, and what it means.
struct ControlSequence {
  /// What a sequence stands for.
  enum Meaning {
    case key(Key)
    case event(InputEvent)
    /// A paste begins.
    case paste
    case nothing
  }

  private let final: UInt8
  private let prefix: UInt8?
  /// The numbers between semicolons; behind a colon only the first counts, but for key releases.
  private var numbers: [Int] = []
  private var isRelease = false

  init(_ bytes: [UInt8]) {
    final = bytes.last ?? 0
    let body = bytes.dropLast()
    prefix = body.first.flatMap { (0x3C...0x3F).contains($0) ? $0 : nil }
    let fields = body.dropFirst(prefix == nil ? 0 : 1)
      .split(separator: 0x3B, omittingEmptySubsequences: false).prefix(16)
    for (place, field) in fields.enumerated() where !body.isEmpty {
      let parts = field.split(separator: 0x3A, omittingEmptySubsequences: false)
      numbers.append(Self.number(parts.first ?? []))
      if place == 1, parts.count > 1 { isRelease = Self.number(parts[1]) == 3 }
    }
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int {
    digits.reduce(0) { (0x30...0x39).contains($1) ? min($0 * 10 + Int($1) - 0x30, 0x10_FFFF) : $0 }
  }

  private func number(_ place: Int) -> Int { numbers.indices.contains(place) ? numbers[place] : 0 }

  var meaning: Meaning {
    if prefix == 0x3C, final == 0x4D || final == 0x6D {
      return Self.mouse(numbers, isRelease: final == 0x6D).map { .event($0) } ?? .nothing
    }
    // A question mark or its like begins the answer to a question.
    if prefix != nil || isRelease { return .nothing }
    switch final {
    case 0x7E, 0x24, 0x5E, 0x40: return numbered
    case 0x75: return unicodeKey(number(0), number(1))
    case 0x49 where numbers.isEmpty: return .event(.focus(true))
    case 0x4F where numbers.isEmpty: return .event(.focus(false))
    default: break
    }
    guard let key = Self.lettered(final) else { return .nothing }
    return .key(Key(key.code, key.modifiers.union(Self.modifiers(number(1)))))
  }

  /// Keys by letter, with CSI as with SS3.
  private static func lettered(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x41: Key(.up)
    case 0x42: Key(.down)
    case 0x43: Key(.right)
    case 0x44: Key(.left)
    case 0x46: Key(.end)
    case 0x48: Key(.home)
    case 0x50...0x53: Key(.function(Int(byte) - 0x4F))
    case 0x5A: Key(.tab, .shift)
    // rxvt with shift.
    case 0x61: Key(.up, .shift)
    case 0x62: Key(.down, .shift)
    case 0x63: Key(.right, .shift)
    case 0x64: Key(.left, .shift)
    default: nil
    }
  }

  /// Keys after `ESC O`.
  static func singleShift(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x4D: Key(.enter)
    // rxvt with control.
    case 0x61: Key(.up, .control)
    case 0x62: Key(.down, .control)
    case 0x63: Key(.right, .control)
    case 0x64: Key(.left, .control)
    // The keypad in application mode.
    case 0x6A...0x79: Key(Character(Unicode.Scalar(byte - 0x40)))
    case 0x5A, 0x49: Key(.tab, byte == 0x5A ? .shift : [])
    default: lettered(byte)
    }
  }

  /// Keys by number; rxvt ends them by `$` with shift, `^` with control and `@` with both.
  private var numbered: Meaning {
    if final == 0x7E, number(0) == 200 { return .paste }
    if final == 0x7E, number(0) == 27 { return unicodeKey(number(2), number(1)) }
    guard let code = Self.code(number(0)) else { return .nothing }
    var modifiers = Self.modifiers(number(1))
    if final == 0x24 || final == 0x40 { modifiers.insert(.shift) }
    if final == 0x5E || final == 0x40 { modifiers.insert(.control) }
    return .key(Key(code, modifiers))
  }

  private static func code(_ number: Int) -> KeyCode? {
    switch number {
    case 1, 7: .home
    case 2: .insert
    case 3: .delete
    case 4, 8: .end
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(number - 10)
    case 17...21: .function(number - 11)
    case 23...26: .function(number - 12)
    case 28, 29: .function(number - 13)
    case 31...34: .function(number - 14)
    default: nil
    }
  }

  /// A key by its Unicode number, as kitty's protocol and xterm's `modifyOtherKeys` send it.
  private func unicodeKey(_ value: Int, _ modifiers: Int) -> Meaning {
    let held = Self.modifiers(modifiers)
    switch value {
    case 9: return .key(Key(.tab, held))
    case 13, 57414: return .key(Key(.enter, held))
    case 27: return .key(Key(.escape, held))
    case 8, 127: return .key(Key(.backspace, held))
    // Kitty's keys without a character lie in the private area.
    case 0..<32, 57344...63743: return .nothing
    default: break
    }
    guard let scalar = Unicode.Scalar(UInt32(value)) else { return .nothing }
    return .key(Key(Character(scalar), held))
  }

  /// A modifier number is one more than its bits; what is beyond control does not count.
  static func modifiers(_ number: Int) -> Key.Modifiers {
    number > 1 ? Key.Modifiers(rawValue: UInt8((number - 1) & 7)) : []
  }

  /// What three numbers say of the mouse; nothing for what has no meaning here.
  static func mouse(_ numbers: [Int], isRelease: Bool) -> InputEvent? {
    guard numbers.count >= 3, numbers[1] > 0, numbers[2] > 0 else { return nil }
    let bits = numbers[0]
    var modifiers: Key.Modifiers = []
    if bits & 4 != 0 { modifiers.insert(.shift) }
    if bits & 8 != 0 { modifiers.insert(.alt) }
    if bits & 16 != 0 { modifiers.insert(.control) }
    guard let kind = kind(bits, isRelease: isRelease) else { return nil }
    let isWheel = kind == .wheelUp || kind == .wheelDown
    let button: MouseEvent.Button = isWheel ? .none : [.left, .middle, .right, .none][bits & 3]
    let point = Point(x: numbers[1] - 1, y: numbers[2] - 1)
    return .mouse(MouseEvent(kind, button, at: point, modifiers))
  }

  private static func kind(_ bits: Int, isRelease: Bool) -> MouseEvent.Kind? {
    if bits & 128 != 0 { return nil }
    if bits & 64 != 0 { return bits & 3 == 0 ? .wheelUp : bits & 3 == 1 ? .wheelDown : nil }
    if bits & 32 != 0 { return bits & 3 == 3 ? nil : .drag }
    return isRelease ? .release : .press
  }
}
