/// How the words of a language are told apart, as data.
struct SyntaxLanguage: Sendable {
  /// A text between two signs.
  struct Quote: Sendable {
    var open: [UInt8]
    var close: [UInt8]
    var escapes: Bool
    var spansLines: Bool
    var kind: SyntaxKind

    init(
      _ open: String, _ close: String? = nil, escapes: Bool = true, spansLines: Bool = false,
      kind: SyntaxKind = .string
    ) {
      self.open = Array(open.utf8)
      self.close = Array((close ?? open).utf8)
      self.escapes = escapes
      self.spansLines = spansLines
      self.kind = kind
    }
  }

  /// What begins a remark that ends with the line.
  var lineComments: [[UInt8]] = []
  /// What stands around a text or a longer remark; the longest opening first.
  var quotes: [Quote] = []
  /// Words with a meaning.
  var keywords: Set<String> = []
  /// Words that stand for a value.
  var constants: Set<String> = []
  /// Names of types.
  var types: Set<String> = []
  /// Whether case makes no difference to words.
  var ignoresCase = false
  /// What follows a name to which a value belongs.
  var keySigns: Set<UInt8> = []
  /// Whether a name with a first capital is a type.
  var hasCapitalTypes = false
  /// Whether a name before a parenthesis is called.
  var hasCalls = false
  /// What letters, digits and `_` may be joined by in a name.
  var joiners: Set<UInt8> = []
  /// What begins something that is said about the next lines, up to its bracket or the line's end.
  var attributeStart: [UInt8] = []
  /// Whether a first bracket begins the title of a section.
  var hasSections = false
  /// Whether `$` begins the name of a variable.
  var hasVariables = false
  /// Whether `'` may begin a lifetime.
  var hasLifetimes = false
  /// Whether it is prose with marks.
  var isMarkdown = false
}

extension SyntaxLanguage {
  /// The language of a file, by its name; absent where nothing is coloured.
  static func of(path: String) -> SyntaxLanguage? {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    if let known = byName[name] { return known }
    if name.hasPrefix("Dockerfile") || name.hasSuffix(".Dockerfile") { return .dockerfile }
    if name.hasPrefix(".env") { return .shell }
    guard let ending = name.split(separator: ".").last, name.contains(".") else { return nil }
    return byEnding[ending.lowercased()]
  }

  private static let byName: [String: SyntaxLanguage] = [
    "Makefile": .make, "Cargo.lock": .toml, ".gitignore": .shell, ".dockerignore": .shell,
  ]

  private static let byEnding: [String: SyntaxLanguage] = [
    "rs": .rust, "toml": .toml, "tf": .hcl, "hcl": .hcl, "tfvars": .hcl, "yml": .yaml,
    "yaml": .yaml, "sql": .sql, "proto": .proto, "md": .markdown, "json": .json, "sh": .shell,
    "bash": .shell, "py": .python, "js": .javascript, "graphql": .proto, "mk": .make,
  ]
}
