import ArgumentParser

/// `allframe completions SHELL`: the script that completes commands and options.
struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Print a shell's completion script.",
    discussion: """
      For bash:  allframe completions bash > ~/.local/share/bash-completion/completions/allframe
      For zsh:   allframe completions zsh > ~/.zfunc/_allframe
      For fish:  allframe completions fish > ~/.config/fish/completions/allframe.fish
      """)

  @Argument(help: "bash, zsh or fish.")
  var shell: Shell

  enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash, zsh, fish
  }

  func run() {
    Console.output.print(Allframe.completionScript(for: parserShell))
  }

  private var parserShell: CompletionShell {
    switch shell {
    case .bash: .bash
    case .zsh: .zsh
    case .fish: .fish
    }
  }
}
