import IgniteSyntax
import Testing

@testable import IgniteTUI

/// The prompts line by line, fed like a pipe.
@Suite struct PlainWizardTests {
  /// What is said for lines that are given, and the text at the end.
  private func talk(_ lines: [String]) -> (said: [String], text: String, isSaved: Bool) {
    let said = Box([])
    let rest = Box(lines)
    let robot = Robot()
    var wizard = PlainWizard(
      robot.state, tell: { said.lines.append($0) },
      listen: { prompt in
        said.lines.append(prompt)
        guard !rest.lines.isEmpty else { return nil }
        let line = rest.lines.removeFirst()
        // `[+ add entity]` is the number that was last said of that row.
        guard line.hasPrefix("["), line.hasSuffix("]") else { return line }
        let row = said.lines.last { $0.contains(". \(line.dropFirst().dropLast())") }
        return row.map { String($0.prefix { $0 != "." }) }
      }, serve: { _, _ in [] })
    let isSaved = wizard.run()
    return (said.lines, wizard.state.session?.document.source.text ?? "", isSaved)
  }

  private final class Box {
    var lines: [String]
    init(_ lines: [String]) { self.lines = lines }
  }

  @Test func makesAPlatform() {
    let (said, text, _) = talk([
      "1", "1=shop", "n", "a", "stateless", "Orders", "orders", "[+ add entity]", "Order", "a",
      "total i64",
      "q", "3",
    ])
    #expect(
      text == """
        [architecture]
        name = "shop"

        [[services]]
        name = "orders"
        type = "stateless"

        [[services.entities]]
        name = "Order"
        fields = { total = "i64" }

        """)
    #expect(said.contains { $0.hasPrefix("it must be a kebab-case name") })
  }

  @Test func saysWhatIsWrong() {
    let (said, text, isSaved) = talk(["1", "1=My Shop", "e"])
    #expect(text.contains("name = \"My Shop\""))
    #expect(said.contains { $0.hasPrefix("error[invalid-name]") })
    #expect(!isSaved)
  }

  @Test func endsWhereTheInputEnds() {
    #expect(talk([]).isSaved)
    #expect(talk(["1", "99", "x", "?", "<", "1="]).said.contains("there is no row 99"))
  }
}
