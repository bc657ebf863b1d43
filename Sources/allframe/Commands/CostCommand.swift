import ArgumentParser
import IgniteCatalog
import IgniteGenerator
import IgniteModel

/// `allframe cost FILE`: what the platform costs a month, by the price tables of the catalog.
struct CostCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cost",
    abstract: "Estimate what a platform costs a month on its clouds.",
    discussion: """
        allframe cost architecture.toml
        allframe cost architecture.toml --set cloud.primary=fly
        allframe cost architecture.toml --env production --format json

      It asks nobody: prices are those of the catalog, with their dates and sources.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @Argument(help: ArgumentHelp("A config; - is standard input.", valueName: "file"))
  var file: String

  @Option(help: "text or json.")
  var format: Format = .text

  @OptionGroup var config: ConfigOptions

  func run() throws {
    let catalog = try OwnEntries.added(to: .builtIn)
    let checked = CheckedConfig(
      try ConfigFile(reading: file), loader: config.loader(catalog), catalog: catalog)
    guard !checked.hasErrors else {
      ReportWriter(format: .text, console: .error).write([checked.report])
      throw ExitStatus.failed.code
    }
    let estimate = CostEstimate(ResolvedArchitecture(checked.loaded.architecture), catalog: catalog)
    switch format {
    case .text: Console.output.write(CostText.render(estimate))
    case .json: Console.output.write(CostJSON.render(estimate))
    }
  }
}
