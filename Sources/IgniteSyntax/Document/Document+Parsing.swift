extension Document {
  /// Reads a text; what is wrong with it is in the diagnostics, and what could be read in the root.
  public static func parse(_ source: Source, format: ConfigFormat) -> Document {
    switch format {
    case .toml: parseTOML(source, version: .v1_1)
    case .yaml: parseYAML(source)
    }
  }

  /// Reads a TOML text as the given version of the language.
  public static func parseTOML(
    _ source: Source, version: TOMLVersion, limits: DocumentLimits = .standard
  ) -> Document {
    let syntax = TOMLSyntax(source, version: version, limits: limits)
    return Document(
      source: source, format: .toml, root: syntax.documentRoot, diagnostics: syntax.diagnostics)
  }
}
