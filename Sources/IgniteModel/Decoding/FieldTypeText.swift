import IgniteSyntax

extension FieldType {
  /// What is wrong with the text of a field's type.
  public struct Problem: Error, Hashable, Sendable {
    /// The fact in one lower-case line.
    public var message: String
    /// The word that was most likely meant instead of the whole type, with the rest kept.
    public var suggestion: String?
  }

  /// Reads a type such as `string? indexed`, `enum(red|green)` or `ref(Order)[]`.
  public init(_ text: String) throws(Problem) {
    if let plain = Self.plainScalars[text] {
      self.init(plain)
      return
    }
    guard text.utf8.count <= 1000 else { throw Problem(message: "the type is too long") }
    let (head, words) = Self.split(text)
    var base = head
    self.init(.string)
    while true {
      if base.last == UInt8(ascii: "?"), !isOptional {
        isOptional = true
        base = base.dropLast()
      } else if base.last == UInt8(ascii: "]"), base.dropLast().last == UInt8(ascii: "["), !isList {
        isList = true
        base = base.dropLast(2)
      } else {
        break
      }
    }
    scalar = try Self.scalar(String(Substring(base)), in: text)
    for word in words { try mark(String(word), in: text) }
    if isMerged, scalar != .text || isOptional || isList {
      throw Problem(message: "only a `text` that is always there can be `merged`")
    }
  }

  /// The type as a config writes it.
  public var description: String {
    var text = scalar.description
    if isList { text += "[]" }
    if isOptional { text += "?" }
    let marks = [
      (isUnique, "unique"), (isPersonal, "pii"), (isIndexed, "indexed"), (isMerged, "merged"),
    ]
    for (isSet, word) in marks where isSet {
      text += " " + word
    }
    return text
  }

  /// The text up to the end of its first word, blanks between parentheses included, and the rest.
  private static func split(
    _ text: String
  ) -> (head: Substring.UTF8View, words: [Substring]) {
    let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let trimmed = text.utf8.drop(while: isBlank)
    var end = trimmed.firstIndex(where: isBlank) ?? trimmed.endIndex
    if let open = trimmed.firstIndex(of: UInt8(ascii: "(")), open < end,
      let close = trimmed.firstIndex(of: UInt8(ascii: ")"))
    {
      end = trimmed[close...].firstIndex(where: isBlank) ?? trimmed.endIndex
    }
    let words = trimmed[end...].split(whereSeparator: isBlank)
    return (trimmed[..<end], words.map { Substring($0) })
  }

  private mutating func mark(_ word: String, in text: String) throws(Problem) {
    switch word {
    case "unique" where !isUnique: isUnique = true
    case "pii" where !isPersonal: isPersonal = true
    case "indexed" where !isIndexed: isIndexed = true
    case "merged" where !isMerged: isMerged = true
    case "unique", "pii", "indexed", "merged": throw Problem(message: "`\(word)` is said twice")
    default:
      throw Problem(
        message: "`\(word)` is none of the words `unique`, `pii`, `indexed` and `merged`",
        suggestion: Self.replacing(word, in: text, by: ["unique", "pii", "indexed", "merged"]))
    }
  }

  private static func scalar(_ word: String, in text: String) throws(Problem) -> Scalar {
    if let plain = plainScalars[word] { return plain }
    if let words = arguments(of: "enum", in: word) { return try enumeration(words) }
    if let names = arguments(of: "ref", in: word) {
      guard names.count == 1, TextShape.typeName.matches(names[0]) else {
        throw Problem(message: "`ref` takes the name of one entity, as in `ref(Order)`")
      }
      return .reference(names[0])
    }
    throw Problem(
      message: word.isEmpty ? "the type is missing" : "`\(word)` is not a field type",
      suggestion: replacing(word, in: text, by: plainScalars.keys.sorted()))
  }

  private static func enumeration(_ words: [String]) throws(Problem) -> Scalar {
    for word in words where !TextShape.identifier.matches(word) {
      throw Problem(
        message: word.isEmpty
          ? "a word of the `enum` is missing"
          : "`\(word)` is no word of an `enum`: letters, digits, `-` and `_` are, a letter first")
    }
    return .enumeration(words)
  }

  private static func arguments(of name: String, in word: String) -> [String]? {
    guard word.hasPrefix(name + "("), word.hasSuffix(")") else { return nil }
    return word.dropFirst(name.count + 1).dropLast()
      .split(separator: "|", omittingEmptySubsequences: false)
      .map { part in
        let start = part.drop { $0 == " " }
        let end = start.lastIndex { $0 != " " }.map(start.index(after:))
        return String(start[..<(end ?? start.startIndex)])
      }
  }

  private static func replacing(
    _ word: String, in text: String, by candidates: [String]
  ) -> String? {
    let synonym = synonyms[word.lowercased()]
    guard let nearest = synonym ?? word.nearest(in: candidates) else { return nil }
    guard let place = text.firstRange(of: word) else { return nil }
    return text.replacingCharacters(in: place, with: nearest)
  }

  private static let plainScalars: [String: Scalar] = [
    "string": .string, "text": .text, "bool": .bool, "i32": .i32, "i64": .i64, "f64": .f64,
    "decimal": .decimal, "uuid": .uuid, "date": .date, "timestamp": .timestamp, "json": .json,
    "bytes": .bytes,
  ]

  /// The types without words of their own, in alphabetical order.
  public static var plainNames: [String] { plainScalars.keys.sorted() }

  private static let synonyms: [String: String] = [
    "str": "string", "varchar": "string", "boolean": "bool", "int": "i64", "integer": "i64",
    "int32": "i32", "int64": "i64", "long": "i64", "u32": "i64", "u64": "i64", "float": "f64",
    "double": "f64", "number": "f64", "f32": "f64", "money": "decimal", "datetime": "timestamp",
    "time": "timestamp", "blob": "bytes", "binary": "bytes", "object": "json", "guid": "uuid",
    "id": "uuid", "index": "indexed",
  ]
}

extension FieldType.Scalar {
  /// The scalar as a config writes it.
  public var description: String {
    switch self {
    case .string: "string"
    case .text: "text"
    case .bool: "bool"
    case .i32: "i32"
    case .i64: "i64"
    case .f64: "f64"
    case .decimal: "decimal"
    case .uuid: "uuid"
    case .date: "date"
    case .timestamp: "timestamp"
    case .json: "json"
    case .bytes: "bytes"
    case .enumeration(let words): "enum(\(words.joined(separator: "|")))"
    case .reference(let name): "ref(\(name))"
    }
  }
}

extension String {
  /// The text with one stretch of it replaced.
  fileprivate func replacingCharacters(
    in range: Range<String.Index>, with other: String
  ) -> String {
    String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
