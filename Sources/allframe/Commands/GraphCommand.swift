import ArgumentParser
import IgniteCatalog
import IgniteModel
import IgniteSyntax

/// `allframe graph FILE`: draws who calls, publishes and consumes.
struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draw the services of a config and what connects them.",
    discussion: """
        allframe graph architecture.toml
        allframe graph architecture.toml --format dot | dot -Tsvg > architecture.svg
        allframe graph architecture.toml --blast-radius payments
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case unicode, ascii, dot, mermaid, json
  }

  @Argument(help: ArgumentHelp("A config; - is standard input.", valueName: "file"))
  var file: String

  @Option(help: "unicode, ascii, dot, mermaid or json.")
  var format: Format = .unicode

  @Flag(help: "Tell the longest chain of calls with its timeout budget instead.")
  var criticalPath = false

  @Option(help: ArgumentHelp("Tell who fails when a service does instead.", valueName: "service"))
  var blastRadius: String?

  @OptionGroup var config: ConfigOptions

  func run() throws {
    let loader = config.loader(try OwnEntries.added(to: .builtIn))
    let checked = CheckedConfig(try ConfigFile(reading: file), loader: loader)
    let graph = ArchitectureGraph(checked.loaded.architecture)
    if checked.hasErrors { ReportWriter(format: .text, console: .error).write([checked.report]) }
    if let blastRadius {
      try tellBlastRadius(of: blastRadius, in: graph)
    } else if criticalPath {
      tellCriticalPath(of: checked.loaded.architecture)
    } else {
      Console.output.write(picture(of: graph, checked.file.source))
    }
    if checked.hasErrors { throw ExitStatus.failed.code }
  }

  private func picture(of graph: ArchitectureGraph, _ source: Source) -> String {
    switch format {
    case .unicode: GraphPicture(style: .unicode).render(graph)
    case .ascii: GraphPicture(style: .ascii).render(graph)
    case .dot: GraphDOT.render(graph)
    case .mermaid: GraphMermaid.render(graph)
    case .json: GraphJSON.render(graph, source: source)
    }
  }

  private func tellBlastRadius(of name: String, in graph: ArchitectureGraph) throws {
    guard let radius = graph.blastRadius(of: name) else {
      Console.error.print("error: there is no service `\(VisibleText.line(name))`")
      throw ExitStatus.failed.code
    }
    Console.output.print("when \(name) fails")
    Console.output.print("  fail too: \(list(radius.failing))")
    Console.output.print("  get no events: \(list(radius.starving))")
  }

  private func tellCriticalPath(of architecture: Architecture) {
    guard let path = ArchitectureIndex(architecture).criticalPath else {
      Console.output.print("no service calls another")
      return
    }
    Console.output.print(path.steps.map(\.service).joined(separator: " -> "))
    Console.output.print(
      "  needs up to \(path.budget) ms below the first service, which waits \(path.timeout) ms")
  }

  private func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.map { VisibleText.line($0) }.joined(separator: ", ")
  }
}
