/// The path of a catalog file, in which `<service>` and other scopes stand for the names of the things
/// that the file is made for.
struct OutputPath: Hashable, Sendable {
  enum Part: Hashable, Sendable {
    case text(String)
    case scope(Int)
  }

  let parts: [Part]
  /// The scopes of the path in the order of the vocabulary, the first one not counted.
  let scopes: [Int]

  /// Reads a path; the message says what is wrong with it.
  static func read(_ text: String, _ vocabulary: Vocabulary) -> Result<OutputPath, Refusal> {
    var parts: [Part] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "<") {
      if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
      guard let close = rest[open...].firstIndex(of: ">") else {
        return .failure(Refusal("`<` is not closed in the path `\(text)`"))
      }
      let name = String(rest[rest.index(after: open)..<close])
      guard let scope = vocabulary.position(ofScope: name), scope > 0 else {
        let known = vocabulary.scopes.dropFirst().map { "<\($0.name)>" }.joined(separator: ", ")
        return .failure(Refusal("`<\(name)>` in the path `\(text)` is none of \(known)"))
      }
      parts.append(.scope(scope))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    return .success(OutputPath(parts: parts))
  }

  private init(parts: [Part]) {
    self.parts = parts
    scopes = Set(parts.compactMap { if case .scope(let scope) = $0 { scope } else { nil } })
      .sorted()
  }

  /// The path for the bound scopes; a name that cannot stand in a path is refused.
  func text(in frame: [TemplateValue], _ scopeAccess: [TemplateAccess]) -> Result<String, Refusal> {
    var path = ""
    for part in parts {
      switch part {
      case .text(let text): path += text
      case .scope(let scope):
        guard case .text(let name) = scopeAccess[scope].value(in: frame),
          NeutralEncoding.isPathSegment(name)
        else { return .failure(Refusal("`\(scopeAccess[scope].text)` cannot stand in a path")) }
        path += name
      }
    }
    return .success(path)
  }
}
