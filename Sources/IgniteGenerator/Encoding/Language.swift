/// The language of a generated file, known by the end of its path.
public enum Language: String, Hashable, Sendable, CaseIterable {
  /// Rust.
  case rust
  /// Terraform and other HCL.
  case hcl
  /// YAML.
  case yaml
  /// YAML of Docker Compose, which replaces variables in texts.
  case compose
  /// YAML of GitHub Actions, which evaluates `${{ }}` in texts.
  case actions
  /// TOML.
  case toml
  /// JSON.
  case json
  /// POSIX shell.
  case shell
  /// SQL.
  case sql
  /// Markdown.
  case markdown
  /// Python.
  case python
  /// A Dockerfile.
  case docker
  /// Protocol Buffers.
  case proto
  /// GraphQL.
  case graphql
  /// `NAME=value` lines.
  case env
  /// A Makefile.
  case make
  /// Patterns of files to ignore.
  case ignore
  /// Anything else: no value can be written into it.
  case plain

  /// The language of the file at a path, by its last part.
  public static func of(path: String) -> Language {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    if let language = names[name] { return language }
    if name.hasPrefix("Dockerfile") || name.hasSuffix(".Dockerfile") { return .docker }
    if name.hasPrefix(".env") { return .env }
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return .plain }
    let language = endings[String(name[name.index(after: dot)...])] ?? .plain
    return language == .yaml ? yaml(name: name, path: path) : language
  }

  private static func yaml(name: String, path: String) -> Language {
    if path.hasPrefix(".github/workflows/") || path.hasPrefix(".github/actions/") {
      return .actions
    }
    return name.hasPrefix("docker-compose") || name.hasPrefix("compose.") ? .compose : .yaml
  }

  private static let names: [String: Language] = [
    "Makefile": .make, ".gitignore": .ignore, ".dockerignore": .ignore, "Cargo.lock": .toml,
  ]

  private static let endings: [String: Language] = [
    "rs": .rust, "tf": .hcl, "tfvars": .hcl, "hcl": .hcl, "yml": .yaml, "yaml": .yaml,
    "toml": .toml, "json": .json, "sh": .shell, "sql": .sql, "md": .markdown, "py": .python,
    "proto": .proto, "graphql": .graphql, "env": .env, "mk": .make,
  ]

  /// Whether holes of a dialect can stand in files of this language.
  func admits(_ dialect: Dialect) -> Bool {
    switch dialect {
    case .neutral: self != .plain
    case .language(let language):
      language == self || Self.hosted[self, default: []].contains(language)
    }
  }

  /// Languages that stand inside files of another one.
  private static let hosted: [Language: Set<Language>] = [
    .make: [.shell], .docker: [.shell], .markdown: [.shell],
  ]
}

/// Where the output of an encoder belongs.
enum Dialect: Hashable, Sendable {
  /// In files of one language.
  case language(Language)
  /// In any file: the output is made of letters, digits and the few marks that mean nothing anywhere.
  case neutral
}
