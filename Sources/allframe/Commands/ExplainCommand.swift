import ArgumentParser
import IgniteGenerator
import IgniteModel
import IgniteSyntax
import IgniteTUI

/// `allframe explain CODE`: the long explanation of a finding.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain a code that `check` prints; without one, list the codes.")

  @Argument(help: "A code such as outbox-without-sql.")
  var code: String?

  func run() throws {
    guard let code else {
      for row in CodeExplanations.all { Console.output.print(row.code) }
      return
    }
    guard let found = CodeExplanations.all.first(where: { $0.code == code }) else {
      throw ValidationError(unknown(code))
    }
    Console.output.print("\(found.code)\n\n\(found.text)")
  }

  private func unknown(_ code: String) -> String {
    let hint = code.nearest(in: CodeExplanations.all.map(\.code))
    return "There is no explanation of `\(code)`." + (hint.map { " Did you mean `\($0)`?" } ?? "")
  }
}

/// Everything that `explain` can tell of, sorted by code.
enum CodeExplanations {
  /// The codes with their explanations; a code that two stages use has both.
  static let all: [(code: String, text: String)] =
    Dictionary(grouping: rules + others, by: \.code)
    .map { ($0.key, $0.value.map(\.text).joined(separator: "\n\n")) }
    .sorted { $0.0 < $1.0 }

  private static var rules: [(code: String, text: String)] {
    Rules.all.map { type(of: $0) }.map { rule in
      (rule.code.description, "\(rule.summary)\n\n\(rule.explanation)")
    }
  }

  private static var others: [(code: String, text: String)] {
    (SyntaxExplanations.all + DecodingExplanations.all + PlanningExplanations.all
      + WritingExplanations.all + ThemeExplanations.all)
      .map { ($0.code.description, $0.text) }
  }
}
