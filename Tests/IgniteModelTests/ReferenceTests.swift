import IgniteModel
import IgniteSyntax
import Testing

/// The reference in Markdown.
struct ReferenceTests {
  private static let lines = Schema.core.markdown
    .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)

  @Test func listsEveryKeyInARowOfSixBars() {
    let rows = Self.lines.filter { $0.hasPrefix("| `") }
    let keys = Schema.core.declarations.filter { $0.kind != .table && $0.path != "services" }
    #expect(rows.count == keys.count)
    for row in rows {
      let bars = row.replacing("\\|", with: "").filter { $0 == "|" }
      #expect(bars.count == 6, "\(row)")
    }
  }

  @Test func headsSectionsAsTheFileDoes() {
    for header in ["[architecture]", "[[services]]", "[[services.entities]]", "[services.saga]"] {
      #expect(Self.lines.contains("## `\(header)`"), "\(header)")
    }
    #expect(Self.lines.contains("Only for services of type `saga-orchestrator`."))
  }

  @Test func saysWhatAKeyTakes() {
    #expect(
      Self.lines.contains(
        "| `max_attempts` | a whole number from 1 to 20 | `3` | "
          + "How often a call is made at most, the first time included. | `5` |"))
  }
}
