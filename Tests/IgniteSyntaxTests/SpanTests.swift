import IgniteSyntax
import Testing

struct SpanTests {
  @Test func holdsItsFirstByteButNotItsEnd() {
    let span = Span(2, 5)
    #expect(span.contains(2))
    #expect(!span.contains(5))
    #expect(span.length == 3)
  }

  @Test func findsTheLineOfEveryOffset() {
    let source = Source(name: "a", text: "one\ntwo\n")
    #expect((0...8).map(source.lineIndex(at:)) == [0, 0, 0, 0, 1, 1, 1, 1, 2])
  }
}
