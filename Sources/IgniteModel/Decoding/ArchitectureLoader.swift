public import IgniteSyntax

/// Brings a config text all the way to an architecture; pure, so that every command and every screen
/// makes the same of the same text.
public struct ArchitectureLoader: Sendable {
  /// The keys there are.
  public var schema: Schema
  /// The variables that `${NAME}` stands for.
  public var environment: [String: String]
  /// The environment whose overlay is applied, if any.
  public var overlay: String?
  /// The `path=value` texts of `--set`, the last one winning.
  public var sets: [String]

  /// Makes a loader.
  public init(
    schema: Schema = .core, environment: [String: String] = [:], overlay: String? = nil,
    sets: [String] = []
  ) {
    self.schema = schema
    self.environment = environment
    self.overlay = overlay
    self.sets = sets
  }

  /// Reads a text.
  public func load(_ source: Source, format: ConfigFormat) -> LoadedArchitecture {
    load(Document.parse(source, format: format))
  }

  /// Decodes a document that is already parsed.
  public func load(_ document: Document) -> LoadedArchitecture {
    let hidesKeys = document.diagnostics.contains { $0.severity == .error }
    var decoder = LayerDecoder(
      schema: schema, origin: .file, expectsRequiredKeys: !hidesKeys,
      checker: ValueChecker(environment: environment))
    decoder.decodeRoot(document.root, at: .root)
    var layers = [decoder.layer]
    var checker = decoder.checker
    var overlays: [EnvironmentOverlay] = []
    for member in decoder.overlays {
      let layer = decoded(overlay: member, with: &checker)
      if member.key == overlay { layers.append(layer) }
      overlays.append(environment(member, of: [decoder.layer, layer]))
    }
    expectOverlay(among: decoder.overlays, report: &checker.report)
    var assembly = ArchitectureAssembly(schema: schema, layers: layers, report: checker.report)
    assembly.apply(flags: sets, environment: environment)
    var architecture = assembly.architecture()
    architecture.overlays = overlays
    return LoadedArchitecture(
      document: document, architecture: architecture, schema: schema,
      diagnostics: document.diagnostics
        + LoadedArchitecture.followingNames(
          in: assembly.report.diagnostics, of: document, schema: schema))
  }

  private func environment(
    _ member: DocumentMember, of layers: [SettingsLayer]
  ) -> EnvironmentOverlay {
    let path = ConfigPath([.key("environments"), .key(member.key)])
    let name = Sourced(member.key, path: path, provenance: .file(member.keySpan))
    return EnvironmentOverlay(name: name) { [schema, sets, environment] in
      var assembly = ArchitectureAssembly(
        schema: schema, layers: layers, report: DecodingReport())
      assembly.apply(flags: sets, environment: environment)
      return assembly.architecture()
    }
  }

  private func decoded(
    overlay member: DocumentMember, with checker: inout ValueChecker
  ) -> SettingsLayer {
    var decoder = LayerDecoder(
      schema: schema, origin: .overlay(member.key), expectsRequiredKeys: false, checker: checker)
    decoder.decodeRoot(
      member.node, at: ConfigPath([.key("environments"), .key(member.key)]))
    checker = decoder.checker
    return decoder.layer
  }

  private func expectOverlay(among overlays: [DocumentMember], report: inout DecodingReport) {
    guard let overlay, !overlays.contains(where: { $0.key == overlay }) else { return }
    var diagnostic = Diagnostic.error(
      "unknown-environment", "the config has no environment `\(overlay)`")
    let names = overlays.map(\.key)
    if let nearest = overlay.nearest(in: names) {
      diagnostic.notes = ["there is one called `\(nearest)`"]
    } else if !names.isEmpty {
      diagnostic.notes = ["there are \(names.map { "`\($0)`" }.joined(separator: ", "))"]
    }
    report.add(diagnostic)
  }
}

/// A config with all that was made of it.
public struct LoadedArchitecture: Sendable {
  /// The text and what it says.
  public let document: Document
  /// What the text describes, as far as it could be understood.
  public let architecture: Architecture
  /// The keys it was read by.
  public let schema: Schema
  /// What is wrong with the syntax and with single values; rules across values come after.
  public let diagnostics: [Diagnostic]

  /// Whether something is wrong that keeps anything from being generated.
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
