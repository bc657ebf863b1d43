import ArgumentParser
import IgniteModel
import IgniteSyntax

/// `allframe explain CODE`: the long explanation of a finding.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain a code that `check` prints; without one, list the codes.")

  @Argument(help: "A code such as outbox-without-sql.")
  var code: String?

  func run() throws {
    guard let code else {
      for rule in Rules.all.map({ type(of: $0) }).sorted(by: {
        $0.code.description < $1.code.description
      }) {
        Console.output.print(row(rule))
      }
      return
    }
    guard let rule = Rules.rule(for: Diagnostic.Code(stringLiteral: code)).map({ type(of: $0) })
    else { throw ValidationError(unknown(code)) }
    Console.output.print("\(rule.code)\n\n\(rule.summary)\n\n\(rule.explanation)")
  }

  private func row(_ rule: any ValidationRule.Type) -> String {
    let name = rule.code.description
    return name + String(repeating: " ", count: max(1, 30 - name.count)) + rule.summary
  }

  private func unknown(_ code: String) -> String {
    let codes = Rules.all.map { type(of: $0).code.description }
    let hint = code.nearest(in: codes).map { " Did you mean `\($0)`?" } ?? ""
    return "There is no explanation of `\(code)`." + hint
  }
}
