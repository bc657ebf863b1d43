/// How names are spelled, and the nearest right spelling of a wrong one.
enum NameStyle {
  /// Lower-case words joined by single hyphens, starting with a letter: `order-service`.
  static func isKebabCase(_ name: String) -> Bool { isLowerCase(name, joiner: UInt8(ascii: "-")) }

  /// Lower-case words joined by single underscores, starting with a letter: `total_cents`.
  static func isSnakeCase(_ name: String) -> Bool { isLowerCase(name, joiner: UInt8(ascii: "_")) }

  /// Letters and digits starting with a capital: `OrderPlaced`.
  static func isUpperCamelCase(_ name: String) -> Bool {
    guard let first = name.utf8.first, isCapital(first) else { return false }
    return name.utf8.allSatisfy { isCapital($0) || isSmall($0) || isDigit($0) }
  }

  /// The words of a name as kebab-case, absent when no letter is left.
  static func kebabCase(_ name: String) -> String? { lowerCase(name, joiner: "-") }

  /// The words of a name as snake_case, absent when no letter is left.
  static func snakeCase(_ name: String) -> String? { lowerCase(name, joiner: "_") }

  /// The words of a name as UpperCamelCase, absent when no letter is left.
  static func upperCamelCase(_ name: String) -> String? {
    let text = words(of: name).map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    return isUpperCamelCase(text) ? text : nil
  }

  private static func lowerCase(_ name: String, joiner: String) -> String? {
    let text = words(of: name).joined(separator: joiner)
    return isLowerCase(text, joiner: joiner.utf8.first ?? 0) ? text : nil
  }

  private static func isLowerCase(_ name: String, joiner: UInt8) -> Bool {
    guard let first = name.utf8.first, isSmall(first), name.utf8.last != joiner else {
      return false
    }
    var last = first
    for byte in name.utf8 {
      guard isSmall(byte) || isDigit(byte) || (byte == joiner && last != joiner) else {
        return false
      }
      last = byte
    }
    return true
  }

  /// The words in lower case; a word starts after a separator and where a capital follows a small letter
  /// or precedes one.
  private static func words(of name: String) -> [String] {
    var words: [String] = []
    var word = ""
    let letters = Array(name.utf8)
    for (place, letter) in letters.enumerated() {
      guard isCapital(letter) || isSmall(letter) || isDigit(letter) else {
        if !word.isEmpty { words.append(word) }
        word = ""
        continue
      }
      if isCapital(letter), !word.isEmpty, startsWord(at: place, of: letters) {
        words.append(word)
        word = ""
      }
      word.unicodeScalars.append(Unicode.Scalar(isCapital(letter) ? letter + 0x20 : letter))
    }
    return word.isEmpty ? words : words + [word]
  }

  private static func startsWord(at place: Int, of letters: [UInt8]) -> Bool {
    if place > 0, isSmall(letters[place - 1]) || isDigit(letters[place - 1]) { return true }
    return place + 1 < letters.count && isSmall(letters[place + 1])
  }

  private static func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
  private static func isSmall(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
