import IgniteSyntax
import Testing

struct TOMLFormatterTests {
  @Test func putsBlanksInOrder() {
    expect("a=1\nb   =   2   \n[ t . u ]  # c  \n", "a = 1\nb = 2\n\n[t.u]  # c\n")
    expect("a=[1,2 , 3 ]\np={x=1,y={ }}\n", "a = [1, 2, 3]\np = { x = 1, y = {} }\n")
    expect("a . b=1#c\n", "a.b = 1 #c\n")
  }

  @Test func capsEmptyLinesAndEndsTheFile() {
    expect(
      "\n\na = 1\n\n\n\nb = 2\n[t]\n\n\n\n\n[u]\nx = 1\n# v\n[v]\n\n\n",
      "a = 1\n\nb = 2\n\n[t]\n\n\n[u]\nx = 1\n\n# v\n[v]\n")
    expect("a = 1", "a = 1\n")
    expect("", "")
    expect("  \n", "")
    expect("a=1\r\n\r\n\r\n\r\nb=2", "a = 1\r\n\r\nb = 2\r\n")
  }

  @Test func indentsListsOverSeveralLines() {
    expect(
      "a=[\n1,# one\n      [2,\n3],\n # last\n    ]\n",
      "a = [\n  1, # one\n  [2,\n    3],\n  # last\n]\n")
    expect("  a = [[\n1,\n], [\n2 ]]\n", "  a = [[\n    1,\n  ], [\n    2]]\n")
  }

  @Test func keepsValuesAsTheyAreSpelled() {
    let text = "a = 0xFF\nb = 1_000\nc = '''\n  x   \n\n\n\n  y'''\nd = 1979-05-27 07:32:00Z\n"
    expect(text, text)
  }

  @Test func keepsWhatEveryFileSaysAndSettlesAtOnce() {
    for path in TOMLSuite.v1_1.validPaths {
      let document = Document.parse(TOMLSuite.source(path), format: .toml)
      guard case .edited(let once) = document.formatted(),
        case .edited(let twice) = once.formatted()
      else {
        Issue.record("\(path) was refused")
        continue
      }
      #expect(TaggedValue(once.root.value) == TOMLSuite.expectation(path), "\(path)")
      #expect(once.source.bytes == twice.source.bytes, "\(path)")
    }
  }

  @Test func refusesATextWithErrors() {
    guard case .refused(let diagnostic) = document("a = \n").formatted() else {
      Issue.record("formatted")
      return
    }
    #expect(diagnostic.code == "format-errors")
  }

  private func document(_ text: String) -> Document {
    Document.parse(Source(name: "a.toml", text: text), format: .toml)
  }

  private func expect(
    _ before: String, _ after: String, at location: SourceLocation = #_sourceLocation
  ) {
    guard case .edited(let formatted) = document(before).formatted() else {
      Issue.record("refused", sourceLocation: location)
      return
    }
    #expect(formatted.source.text == after, sourceLocation: location)
  }
}
