import ArgumentParser
import IgniteTUI

/// `allframe edit FILE`: opens a config in the wizard.
struct EditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Open a config in the wizard.")

  @Argument(help: "The config: an architecture.toml or .yaml.")
  var file: String

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp("Show it with the overlay [environments.NAME].", valueName: "name"))
  var overlay: String?

  @Flag(help: "Ask line by line instead of on the whole screen.")
  var plain = false

  func run() throws {
    try WizardOpening(overlay: overlay, isPlain: plain).open(.file(file))
  }
}
