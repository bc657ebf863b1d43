public import IgniteSyntax

/// The words of an `enum(…)` can be Rust variants.
public struct InvalidEnumWord: ValidationRule {
  /// `invalid-enum-word`.
  public static let code: Diagnostic.Code = "invalid-enum-word"

  /// The rule in one sentence.
  public static let summary = "The words of an `enum(…)` can be Rust variants."

  /// Why enum words are plain.
  public static let explanation = """
    Each word of an `enum(…)` becomes a Rust variant in `UpperCamelCase` and the text stored in \
    the database and sent in JSON. It must start with a letter and hold ASCII letters, digits, \
    hyphens and underscores only.

    Wrong: `state = "enum(1st|done!)"`.

    Right: `state = "enum(first|done)"`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each word that cannot be a variant.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.lazy.flatMap(\.entities).flatMap(\.fields).flatMap { field -> [Diagnostic] in
      guard case .enumeration(let words) = field.type.value.scalar else { return [] }
      return words.filter { !Self.isVariant($0) }.map { word in
        error(
          "the word `\(word)` of `\(field.name.value)` cannot be a Rust variant", at: field.type,
          label: "letters, digits, `-` and `_`, starting with a letter")
      }
    }
  }

  private static func isVariant(_ word: String) -> Bool {
    guard let variant = NameStyle.upperCamelCase(word), variant != "Self" else { return false }
    return word.utf8.allSatisfy { $0 == 0x2D || $0 == 0x5F || Self.isAlphanumeric($0) }
      && word.utf8.first.map { Self.isAlphanumeric($0) } ?? false
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
