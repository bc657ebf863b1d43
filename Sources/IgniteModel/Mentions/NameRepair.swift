import IgniteSyntax

extension LoadedArchitecture {
  /// The findings, in which a misspelt name that others use is mended wherever it stands.
  static func followingNames(
    in diagnostics: [Diagnostic], of document: Document, schema: Schema
  ) -> [Diagnostic] {
    diagnostics.map { diagnostic in
      guard diagnostic.code == "invalid-name", let fix = diagnostic.fixes.first,
        case .set(let path, .string(let better))? = fix.edits.first
      else { return diagnostic }
      var followed = diagnostic
      followed.fixes = [document.following(fix, at: path, to: better, schema)]
      return followed
    }
  }
}

extension Document {
  /// The fix of one name, made that of all its mentions where the name is that of a part.
  fileprivate func following(
    _ fix: Fix, at path: ConfigPath, to better: String, _ schema: Schema
  ) -> Fix {
    guard case .string(let name)? = root.node(at: path)?.content else { return fix }
    for part in parts(called: name, at: path) {
      let mentions = mentions(of: part, schema: schema)
      guard mentions.count > 1, mentions.contains(where: { $0.path == path }),
        mentions.count(where: \.isDeclaration) == 1,
        !self.mentions(of: part.called(better), schema: schema).contains(where: \.isDeclaration)
      else { continue }
      var everywhere = Fix("use `\(better)` in all \(mentions.count) places")
      everywhere.edits = renaming(part, to: better, schema: schema)
      return everywhere
    }
    return fix
  }

  /// What a name at a place can be the name of.
  private func parts(called name: String, at path: ConfigPath) -> [NamedPart] {
    var parts = [NamedPart.service(name), .event(name)]
    let owner = ConfigPath(Array(path.components.prefix(2))).appending("name")
    if case .string(let service)? = root.node(at: owner)?.content {
      parts.append(.entity(name, service: service))
    }
    return parts
  }
}

extension NamedPart {
  /// The part of the same kind and place with another name.
  fileprivate func called(_ name: String) -> NamedPart {
    switch self {
    case .service: .service(name)
    case .event: .event(name)
    case .entity(_, let service): .entity(name, service: service)
    }
  }
}
