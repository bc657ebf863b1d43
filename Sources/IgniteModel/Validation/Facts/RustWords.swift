/// The words that generated Rust code cannot use as names.
enum RustWords {
  /// Strict and reserved keywords of every edition up to 2024, in the spelling of the language
  /// reference.
  static let keywords: Set<String> = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in",
    "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "Self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
  ]

  /// Crates that every Rust program sees, and what cargo or the generated workspace calls its own.
  static let crates: Set<String> = [
    "std", "core", "alloc", "test", "proc-macro", "frame", "frame-macros", "events", "dev", "build",
    "deps", "examples", "incremental",
  ]

  /// Types of the Rust prelude that an entity of the same name would hide.
  static let types: Set<String> = [
    "Box", "Err", "Iterator", "None", "Ok", "Option", "Result", "Self", "Send", "Sized", "Some",
    "String", "Sync", "Vec",
  ]

  /// Words that say the same as a keyword.
  static let synonyms = [
    "type": "kind", "ref": "reference", "match": "game", "box": "parcel", "move": "step",
    "use": "usage", "where": "place", "final": "is_final", "virtual": "is_virtual",
  ]
}
