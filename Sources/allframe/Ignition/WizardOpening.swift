import ArgumentParser
import IgniteCatalog
import IgniteModel
import IgniteTUI

/// Opens the wizard for a command.
struct WizardOpening {
  /// The environment whose overlay is applied, if any.
  var overlay: String?
  /// Whether the person wants to be asked line by line.
  var isPlain: Bool

  /// Runs the wizard to its end.
  func open(_ beginning: Wizard.Beginning) throws {
    let catalog = try OwnEntries.added(to: .builtIn)
    if case .file(let path) = beginning { _ = try ConfigFile(reading: path) }
    let environment = ProcessEnvironment.all
    let loader = ArchitectureLoader(
      schema: catalog.schema, environment: environment, overlay: overlay)
    let status = try MainActor.assumeIsolated {
      try Wizard(
        catalog: catalog, loader: loader, environment: environment,
        explanation: { code in CodeExplanations.all.first { $0.code == code }?.text }
      ).run(beginning, isPlain: isPlain)
    }
    if status != 0 { throw ExitCode(status) }
  }
}
