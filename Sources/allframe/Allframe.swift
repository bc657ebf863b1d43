import ArgumentParser

@main
struct Allframe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allframe",
    abstract: "Design a microservice platform and generate it.",
    version: "0.2.0",
    subcommands: [
      IgniteCommand.self, EditCommand.self, CheckCommand.self, GraphCommand.self,
      CostCommand.self,
      FormatCommand.self,
      ExplainCommand.self,
      ExplainValueCommand.self, SchemaCommand.self,
      ListCommand.self, CompletionsCommand.self,
    ])
}
