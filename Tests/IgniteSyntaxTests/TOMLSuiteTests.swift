import Testing

@testable import IgniteSyntax

/// toml-test: what must be read is read right, and what must be rejected is rejected.
struct TOMLSuiteTests {
  @Test(arguments: [TOMLSuite.v1_0, TOMLSuite.v1_1])
  func decodesValidFiles(_ suite: TOMLSuite) {
    #expect(suite.validPaths.count > 200)
    for path in suite.validPaths {
      let document = Document.parseTOML(TOMLSuite.source(path), version: suite.version)
      #expect(document.diagnostics == [], "\(path)")
      #expect(TaggedValue(document.root.value) == TOMLSuite.expectation(path), "\(path)")
    }
  }

  @Test(arguments: [TOMLSuite.v1_0, TOMLSuite.v1_1])
  func rejectsInvalidFiles(_ suite: TOMLSuite) {
    #expect(suite.invalidPaths.count > 400)
    for path in suite.invalidPaths {
      let document = Document.parseTOML(TOMLSuite.source(path), version: suite.version)
      #expect(document.diagnostics.contains { $0.severity == .error }, "\(path)")
    }
  }

  @Test func tilesEveryFileWithTokens() {
    for path in TOMLSuite.allPaths {
      let source = TOMLSuite.source(path)
      let tokens = TOMLSyntax(source).tokens
      #expect(tokens.first?.start == 0, "\(path)")
      #expect(zip(tokens, tokens.dropFirst()).allSatisfy { $0.start < $1.start }, "\(path)")
      #expect(tokens.last == TOMLToken(start: Int32(source.bytes.count), kind: .end), "\(path)")
      #expect(Document.parse(source, format: .toml).source.bytes == source.bytes, "\(path)")
    }
  }

  @Test func keepsEverySpanInsideTheFile() {
    for path in TOMLSuite.allPaths {
      let document = Document.parse(TOMLSuite.source(path), format: .toml)
      let whole = 0...document.source.bytes.count
      let labels = document.diagnostics.flatMap { [$0.primary].compactMap(\.self) + $0.secondary }
      for span in document.root.allSpans + labels.map(\.span) {
        #expect(span.start <= span.end && whole ~= span.start && whole ~= span.end, "\(path)")
      }
    }
  }
}

extension DocumentNode {
  fileprivate var allSpans: [Span] {
    switch content {
    case .array(let elements): [span] + elements.flatMap(\.allSpans)
    case .table(let members): [span] + members.flatMap { [$0.keySpan] + $0.node.allSpans }
    default: [span]
    }
  }
}
