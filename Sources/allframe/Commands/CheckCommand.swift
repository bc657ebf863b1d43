import ArgumentParser
import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax

/// `allframe check FILE…`: says everything that is wrong, and mends what it can.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say everything that is wrong with a config.",
    discussion: """
      Every finding has a code; `allframe explain CODE` tells more of it.

        allframe check architecture.toml
        allframe check architecture.toml --fix
        allframe check architecture.toml --env production --format sarif > findings.sarif

      Exit status: 0 no errors, 1 errors (with --strict warnings too), 64 wrong arguments.
      """)

  @Argument(help: ArgumentHelp("Configs; - is standard input.", valueName: "file"))
  var files: [String]

  @Flag(help: "Apply the first fix of every finding that has one, in the file.")
  var fix = false

  @Flag(help: "Take warnings as errors.")
  var strict = false

  @Option(help: "text, json, sarif or github.")
  var format: ReportFormat = .text

  @OptionGroup var config: ConfigOptions

  func validate() throws {
    if files.isEmpty { throw ValidationError("Name at least one config.") }
    if fix && files.contains("-") { throw ValidationError("Standard input cannot be fixed.") }
  }

  func run() throws {
    let catalog = try OwnEntries.added(to: .builtIn)
    let loader = config.loader(catalog)
    var reports: [DiagnosticReport] = []
    var isReadable = true
    for path in files {
      do {
        let checked = try checked(path, loader: loader, catalog)
        reports.append(checked.report)
        tellSuccess(of: checked)
      } catch {
        Console.error.print("error: \(VisibleText.line("\(error)"))")
        isReadable = false
      }
    }
    ReportWriter(format: format, console: .output).write(reports)
    let isBad = reports.count(of: .error) > 0 || (strict && reports.count(of: .warning) > 0)
    if isBad || !isReadable { throw ExitStatus.failed.code }
  }

  private func checked(
    _ path: String, loader: ArchitectureLoader, _ catalog: Catalog
  ) throws -> CheckedConfig {
    let checked = CheckedConfig(
      try ConfigFile(reading: path), loader: loader,
      contracts: try WrittenContracts(besides: path, catalog: catalog), catalog: catalog)
    return fix ? try mended(checked, loader: loader) : checked
  }

  private func tellSuccess(of checked: CheckedConfig) {
    guard format == .text, checked.report.diagnostics.isEmpty else { return }
    let count = checked.loaded.architecture.services.count
    let services = count == 1 ? "1 service" : "\(count) services"
    Console.output.print("\(VisibleText.line(checked.file.path)): \(services), no problems")
  }

  private func mended(
    _ checked: CheckedConfig, loader: ArchitectureLoader
  ) throws -> CheckedConfig {
    let mending = Mending(checked, loader: loader)
    for title in mending.applied {
      Console.error.print(
        "fixed \(VisibleText.line(checked.file.path)): \(VisibleText.line(title))")
    }
    if !mending.applied.isEmpty {
      try FileWriter.replace(checked.file.path, with: mending.result.file.source.bytes)
    }
    return mending.result
  }
}
