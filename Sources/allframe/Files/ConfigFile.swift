import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax

/// A config on disk, or on standard input.
struct ConfigFile {
  /// The path as the person wrote it, `-` for standard input.
  let path: String
  /// The language.
  let format: ConfigFormat
  /// The text.
  let source: Source

  /// Reads a config; its language follows from the ending, standard input is TOML.
  init(reading path: String) throws {
    self.path = path
    guard let format = path == "-" ? .toml : ConfigFormat(path: path) else {
      throw FileError(path: path, reason: "is no config: the name ends in .toml, .yaml or .yml")
    }
    self.format = format
    source = Source(
      name: path == "-" ? "<stdin>" : path, bytes: try FileReader.bytes(of: path))
  }

  /// Takes a text that is not read from a file.
  init(path: String, format: ConfigFormat, source: Source) {
    self.path = path
    self.format = format
    self.source = source
  }

  /// The same file with another text.
  func with(_ source: Source) -> ConfigFile {
    ConfigFile(path: path, format: format, source: source)
  }
}

/// A config with everything that is wrong with it.
struct CheckedConfig {
  /// The file.
  let file: ConfigFile
  /// What was made of it.
  let loaded: LoadedArchitecture
  /// All that was found, in reading order.
  let report: DiagnosticReport
  /// The contracts of the platform beside the file, if there is one.
  let contracts: WrittenContracts?
  /// What can be built, where that was asked too.
  let catalog: Catalog?

  /// Reads, decodes and validates a config. Rules wait until the syntax is right: half of a file would
  /// break many for no reason.
  init(
    _ file: ConfigFile, loader: ArchitectureLoader, contracts: WrittenContracts? = nil,
    catalog: Catalog? = nil
  ) {
    self.file = file
    self.contracts = contracts
    self.catalog = catalog
    loaded = loader.load(file.source, format: file.format)
    let hasSyntaxErrors = loaded.document.diagnostics.contains { $0.severity == .error }
    let broken =
      hasSyntaxErrors ? [] : Rules.check(loaded.architecture, document: loaded.document)
    var found = loaded.diagnostics + broken
    if let catalog, !hasSyntaxErrors { found += CatalogCheck(catalog).check(loaded.architecture) }
    if let contracts, !found.contains(where: { $0.severity == .error }) {
      found += contracts.broken(by: loaded.architecture)
    }
    report = DiagnosticReport(source: file.source, diagnostics: found)
  }

  /// The platform's name.
  var platformName: String { loaded.architecture.name.value }

  /// Whether nothing can be generated.
  var hasErrors: Bool { report.diagnostics.contains { $0.severity == .error } }
}

extension Architecture {
  /// The values that `--set` gave.
  var flagged: [Sourced<ConfigValue>] {
    ([settings] + services.map(\.settings)).flatMap { settings in
      settings.paths.compactMap { settings[$0] }.filter { value in
        if case .flag = value.provenance { true } else { false }
      }
    }
  }
}
