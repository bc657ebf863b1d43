import IgniteSyntax
import Testing

struct YAMLFormattingTests {
  @Test func takesBlanksAtLineEndsAway() {
    let text = "a: 1 \t\n  \n# c  \nb: |  \n  kept  \n  kept  \nd: \"x  \n  y\"  \ne: z"
    #expect(
      formatted(text) == "a: 1\n\n# c\nb: |  \n  kept  \n  kept  \nd: \"x  \n  y\"\ne: z\n")
    #expect(formatted("a: 1 \r\nb: 2") == "a: 1\r\nb: 2\r\n")
    #expect(formatted("") == "")
  }

  @Test func leavesTheSuiteAsItReads() throws {
    var count = 0
    for test in try YAMLSuite.cases() {
      let document = Document.parse(test.source, format: .yaml)
      guard case .edited(let once) = document.formatted() else { continue }
      count += 1
      #expect(once.root.value == document.root.value)
      guard case .edited(let twice) = once.formatted() else {
        Issue.record("\(test.name) is formatted only once")
        continue
      }
      #expect(once.source.bytes == twice.source.bytes)
    }
    #expect(count == 103)
  }

  @Test func refusesATextWithErrors() {
    let source = Source(name: "a.yaml", text: "a: [\n")
    guard case .refused(let why) = Document.parse(source, format: .yaml).formatted() else {
      Issue.record("formatted")
      return
    }
    #expect(why.code == "format-errors")
  }

  private func formatted(_ text: String) -> String? {
    let document = Document.parse(Source(name: "a.yaml", text: text), format: .yaml)
    guard case .edited(let result) = document.formatted() else { return nil }
    return result.source.text
  }
}
