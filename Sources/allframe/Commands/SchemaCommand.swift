import ArgumentParser
import IgniteCatalog
import IgniteModel
import IgniteSyntax

/// `allframe schema`: the config language, for editors and for readers.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the config language as a JSON Schema or as a reference.",
    discussion: """
      Editors that know TOML complete and check a config that starts with
      #:schema ./architecture.schema.json

        allframe schema > architecture.schema.json
        allframe schema --format markdown > reference.md
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case jsonSchema = "json-schema"
    case markdown
  }

  @Option(help: "json-schema (draft-07) or markdown.")
  var format: Format = .jsonSchema

  func run() throws {
    let schema = try OwnEntries.added(to: .builtIn).schema
    switch format {
    case .jsonSchema: Console.output.write(JSONText.pretty(schema.jsonSchema))
    case .markdown: Console.output.write(schema.markdown)
    }
  }
}
