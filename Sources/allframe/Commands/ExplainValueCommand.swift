import ArgumentParser
import IgniteCatalog
import IgniteModel
import IgniteSyntax

/// `allframe explain-value PATH`: the value of a key, where it came from and what it won over.
struct ExplainValueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain-value",
    abstract: "Tell the value of a key and where it came from.",
    discussion: """
        allframe explain-value settings.event_bus --config architecture.toml
        allframe explain-value services.orders.retry --config architecture.toml --env production
      """)

  @Argument(help: "A key such as cloud.primary, or a table such as services.orders.retry.")
  var path: String

  @Option(help: ArgumentHelp("The config; - is standard input.", valueName: "file"))
  var config = "architecture.toml"

  @OptionGroup var options: ConfigOptions

  func run() throws {
    let file = try ConfigFile(reading: config)
    let loader = options.loader(try OwnEntries.added(to: .builtIn))
    let loaded = loader.load(file.source, format: file.format)
    let errors = loaded.diagnostics.filter { $0.severity == .error }
    if !errors.isEmpty {
      let report = DiagnosticReport(source: file.source, diagnostics: errors)
      ReportWriter(format: .text, console: .error).write([report])
    }
    switch loaded.explanation(of: path) {
    case .explained(let values):
      Console.output.write(values.map { $0.text(in: file.source) }.joined(separator: "\n"))
    case .refused(let diagnostic):
      let report = DiagnosticReport(source: file.source, diagnostics: [diagnostic])
      ReportWriter(format: .text, console: .error).write([report])
      throw ExitStatus.failed.code
    }
    if !errors.isEmpty { throw ExitStatus.failed.code }
  }
}
