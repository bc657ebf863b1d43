/// Names in the spellings that generated code needs, each made of the words of another spelling.
public enum Naming {
  /// The words of a name in lower case: `OrderService`, `order-service` and `order_service` have two.
  public static func words(of name: String) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    let bytes = Array(name.utf8)
    for (place, byte) in bytes.enumerated() {
      guard byte.isASCIIAlphanumeric else {
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        word = []
        continue
      }
      if startsWord(at: place, in: bytes), !word.isEmpty {
        words.append(String(decoding: word, as: UTF8.self))
        word = []
      }
      word.append(byte.isASCIIUppercase ? byte + 0x20 : byte)
    }
    if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
    return words
  }

  /// `order-service`
  public static func kebab(_ name: String) -> String { words(of: name).joined(separator: "-") }

  /// `order_service`
  public static func snake(_ name: String) -> String {
    isSnake(name) ? name : words(of: name).joined(separator: "_")
  }

  private static func isSnake(_ name: String) -> Bool {
    var previous = UInt8(ascii: "_")
    for byte in name.utf8 {
      let isMark = byte == UInt8(ascii: "_")
      guard byte.isASCIILowercase || byte.isASCIIDigit || (isMark && previous != byte) else {
        return false
      }
      previous = byte
    }
    return previous != UInt8(ascii: "_")
  }

  /// `OrderService`
  public static func pascal(_ name: String) -> String { words(of: name).map(capitalized).joined() }

  /// `ORDER_SERVICE`
  public static func screamingSnake(_ name: String) -> String { snake(name).uppercased() }

  /// `Order service`
  public static func sentence(_ name: String) -> String {
    capitalized(words(of: name).joined(separator: " "))
  }

  /// A name whose last word stands for several: `order-lines`, `Categories`, `order_addresses`.
  public static func plural(_ name: String) -> String {
    let lower = name.lowercased()
    for (one, many) in irregular where lower.hasSuffix(one) {
      let start = name.dropLast(one.count)
      let isWord =
        start.isEmpty || !(start.utf8.last?.isASCIILowercase ?? false)
        || name.dropFirst(start.count).first?.isUppercase == true
      if isWord { return String(start) + name.dropFirst(start.count).prefix(1) + many.dropFirst() }
    }
    if uncountable.contains(where: lower.hasSuffix) { return name }
    if lower.hasSuffix("y"), !hasVowel(beforeLastOf: lower) {
      return String(name.dropLast()) + "ies"
    }
    if ["s", "x", "z", "ch", "sh"].contains(where: lower.hasSuffix) { return name + "es" }
    return name + "s"
  }

  private static func startsWord(at place: Int, in bytes: [UInt8]) -> Bool {
    guard bytes[place].isASCIIUppercase, place > 0 else { return false }
    if bytes[place - 1].isASCIILowercase || bytes[place - 1].isASCIIDigit { return true }
    let isFollowedByLowercase = place + 1 < bytes.count && bytes[place + 1].isASCIILowercase
    return bytes[place - 1].isASCIIUppercase && isFollowedByLowercase
  }

  private static func capitalized(_ word: String) -> String {
    word.prefix(1).uppercased() + word.dropFirst()
  }

  private static func hasVowel(beforeLastOf word: String) -> Bool {
    guard let letter = word.dropLast().last else { return true }
    return "aeiou".contains(letter)
  }

  private static let irregular = [
    ("person", "people"), ("child", "children"), ("woman", "women"), ("man", "men"),
    ("foot", "feet"), ("tooth", "teeth"), ("mouse", "mice"), ("index", "indices"),
    ("analysis", "analyses"), ("half", "halves"), ("shelf", "shelves"), ("leaf", "leaves"),
    ("life", "lives"), ("knife", "knives"), ("quiz", "quizzes"), ("hero", "heroes"),
    ("potato", "potatoes"), ("criterion", "criteria"), ("datum", "data"),
  ]

  private static let uncountable = [
    "information", "equipment", "news", "series", "species", "metadata", "data",
    "feedback", "software", "hardware", "media",
  ]
}
