import IgniteSyntax
import IgniteTestSupport
import Testing

struct DiagnosticRendererTests {
  @Test func pointsAtOnePlace() {
    let source = Source(
      name: "near-miss.toml", text: "\n\n\n\n\ncalls = [\"paymnets\"]\n")
    var diagnostic = Diagnostic.error(
      "unknown-dependency", "`orders` depends on `paymnets`, which is not declared",
      at: source.span(of: "\"paymnets\""), label: "no service has this name")
    diagnostic.fixes = [Fix("use `payments`")]
    expect(
      diagnostic, source,
      """
      error[unknown-dependency]: `orders` depends on `paymnets`, which is not declared
       --> near-miss.toml:6:10
        |
      6 | calls = ["paymnets"]
        |          ^^^^^^^^^^ no service has this name
        = fix: use `payments`
      """)
  }

  @Test func hangsSeveralLabelsOfALine() {
    let source = Source(name: "a", text: "x = one, two, three\n")
    var diagnostic = Diagnostic.warning(
      "c", "m", at: source.span(of: "two"), label: "here")
    diagnostic.secondary = [
      .init(source.span(of: "one"), "first"), .init(source.span(of: "three"), "third"),
    ]
    expect(
      diagnostic, source,
      """
      warning[c]: m
       --> a:1:10
        |
      1 | x = one, two, three
        |     ---  ^^^  ----- third
        |     |    |
        |     |    here
        |     first
      """)
  }

  @Test func drawsAPrimaryLabelOverASecondaryOne() {
    let source = Source(name: "a", text: "x = [1, 2]\n")
    var diagnostic = Diagnostic.error("c", "m", at: source.span(of: "2"), label: "two")
    diagnostic.secondary = [.init(source.span(of: "[1, 2]"), "list")]
    expect(
      diagnostic, source,
      """
      error[c]: m
       --> a:1:9
        |
      1 | x = [1, 2]
        |     ----^-
        |     |   |
        |     |   two
        |     list
      """)
  }

  @Test func skipsLinesBetweenLabelsFarApart() {
    let source = Source(name: "a", text: (1...12).map { "k\($0) = \($0)\n" }.joined())
    var diagnostic = Diagnostic.error("c", "m", at: source.span(of: "k12"), label: "again")
    diagnostic.secondary = [
      .init(source.span(of: "k2"), "first"), .init(source.span(of: "k4"), ""),
    ]
    diagnostic.notes = ["one\ntwo"]
    expect(
      diagnostic, source,
      """
      error[c]: m
        --> a:12:1
         |
      2  | k2 = 2
         | -- first
      3  | k3 = 3
      4  | k4 = 4
         | --
      ...
      12 | k12 = 12
         | ^^^ again
         = note: one
                 two
      """)
  }

  @Test func bracketsASpanOfSeveralLines() {
    let source = Source(name: "a", text: "k = {\n  a\n}\n[t]\nb\n")
    let diagnostic = Diagnostic.error("c", "m", at: source.span(of: "{\n  a\n}"), label: "all")
    expect(
      diagnostic, source,
      """
      error[c]: m
       --> a:1:5
        |
      1 |   k = {
        |  _____^
      2 | |   a
      3 | | }
        | |_^ all
      """)
  }

  @Test func bracketsALongSpanThatStartsItsLine() {
    let source = Source(name: "a", text: (1...9).map { "  line \($0)\n" }.joined())
    var diagnostic = Diagnostic.error("c", "m", at: Span(2, source.bytes.count), label: "all")
    diagnostic.secondary = [.init(source.span(of: "line 4\n  line"), "some")]
    expect(
      diagnostic, source,
      """
      error[c]: m
       --> a:1:3
        |
      1 | /     line 1
      2 | |     line 2
      3 | |     line 3
      4 | | /   line 4
      5 | | |   line 5
        | | |______- some
      ... |
      8 | |     line 8
      9 | |     line 9
        | |___________^ all
      """)
  }

  @Test func marksTheEndOfAnEmptyText() {
    let source = Source(name: "a", text: "")
    expect(
      .error("c", "m", at: Span(0, 0), label: "nothing"), source,
      """
      error[c]: m
       --> a:1:1
        |
      1 |
        | ^ nothing
      """)
  }

  @Test func namesTheFileOfADiagnosticWithoutAPlace() {
    expect(
      .error("c", "m"), Source(name: "a", text: "x"),
      """
      error[c]: m
       --> a
      """)
  }

  @Test func countsTabsAndWideCharactersInColumns() {
    let source = Source(name: "a", text: "\tk = \"日本\" é x\n")
    var diagnostic = Diagnostic.error("c", "m", at: source.span(of: "x"), label: "narrow")
    diagnostic.secondary = [.init(source.span(of: "日本"), "")]
    expect(
      diagnostic, source,
      """
      error[c]: m
       --> a:1:13
        |
      1 |     k = "日本" é x
        |          ----    ^ narrow
      """)
  }

  @Test func showsWhatWouldDriveATerminal() {
    var bytes = Array("\u{FEFF}a\u{1B}[31m\u{202E}\u{7F} ".utf8)
    bytes += [0xFF, 0x00] + Array("x\r\nb".utf8)
    let source = Source(name: "a\u{1B}", bytes: bytes)
    let diagnostic = Diagnostic.error(
      "c", "m\n\u{9B}2J", at: Span(bytes.count - 4, bytes.count - 3), label: "\u{7}l")
    expect(
      diagnostic, source,
      """
      error[c]: m␊<U+009B>2J
       --> a␛:1:12
        |
      1 | a␛[31m<U+202E>␡ <FF>␀x
        |                      ^ ␇l
      """)
  }

  @Test func cutsALongLineAroundItsLabel() {
    let (before, after) = (String(repeating: "a", count: 50), String(repeating: "b", count: 90))
    let source = Source(name: "a", text: before + "HERE" + after)
    var renderer = DiagnosticRenderer()
    renderer.width = 30
    let text = renderer.render(
      .error("c", "m", at: source.span(of: "HERE"), label: "it"), in: source)
    #expect(
      text == """
        error[c]: m
         --> a:1:51
          |
        1 | …aaaaaaaaaaHEREbbbbbbbbbbbbbbbb…
          |            ^^^^ it

        """)
  }

  @Test func showsALongLineTwiceForLabelsFarApart() {
    let line = "START" + String(repeating: "x", count: 10_000_000) + "END"
    let source = Source(name: "a", text: line)
    var renderer = DiagnosticRenderer()
    renderer.width = 24
    var diagnostic = Diagnostic.error("c", "m", at: Span(10_000_005, 10_000_008), label: "end")
    diagnostic.secondary = [.init(Span(0, 5), "start")]
    #expect(
      renderer.render(diagnostic, in: source) == """
        error[c]: m
         --> a:1:10000006
          |
        1 | STARTxxxxxxxxxxxxxxxxxxx…
          | ----- start
        1 | …xxxxxxxxxxxxxxxxxxxxxEND
          |                       ^^^ end

        """)
  }

  @Test func paintsOnlyWhenAsked() {
    let source = Source(name: "a", text: "x\n")
    let diagnostic = Diagnostic.error("c", "m", at: Span(0, 1), label: "l")
    let text = DiagnosticRenderer(usesColour: true).render(diagnostic, in: source)
    #expect(text.hasPrefix("\u{1B}[1;31merror[c]\u{1B}[0m\u{1B}[1m: m\u{1B}[0m\n"))
    #expect(text.contains("\u{1B}[1;34m1 |\u{1B}[0m x\n"))
    #expect(text.contains("\u{1B}[1;31m^\u{1B}[0m"))
    #expect(!DiagnosticRenderer().render(diagnostic, in: source).contains("\u{1B}"))
  }

  @Test func endsAReportWithItsSummary() {
    let source = Source(name: "a", text: "x y\n")
    let later = Diagnostic.warning("w", "later", at: Span(2, 3))
    let first = Diagnostic.error("e", "first", at: Span(0, 1))
    let report = DiagnosticReport(source: source, diagnostics: [later, first, later])
    #expect(
      DiagnosticRenderer().render([report]) == """
        error[e]: first
         --> a:1:1
          |
        1 | x y
          | ^

        warning[w]: later
         --> a:1:3
          |
        1 | x y
          |   ^

        1 error, 1 warning

        """)
    #expect(DiagnosticRenderer().render([DiagnosticReport(source: source, diagnostics: [])]) == "")
  }

  @Test func rendersAnySpanOfAnyBytes() {
    var random = SeededGenerator(seed: 1)
    let alphabet: [UInt8] = Array("ab\t\n\r日\u{1B}\u{301}".utf8) + [0xFF, 0x00, 0xC3]
    for _ in 0..<500 {
      let count = Int.random(in: 0...80, using: &random)
      let bytes = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      let source = Source(name: "a", bytes: bytes)
      let spans = (0..<6).map { _ in
        Span(Int.random(in: -3...90, using: &random), Int.random(in: -3...90, using: &random))
      }
      var diagnostic = Diagnostic.error("c", "m", at: spans[0], label: "p")
      diagnostic.secondary = spans.dropFirst().map { .init($0, "s") }
      let text = DiagnosticRenderer(width: 20).render(diagnostic, in: source)
      #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
      #expect(!text.contains(" \n"))
    }
  }

  private func expect(
    _ diagnostic: Diagnostic, _ source: Source, _ picture: String,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let text = DiagnosticRenderer().render(diagnostic, in: source)
    #expect(text == picture + "\n", sourceLocation: location)
  }
}

extension Source {
  /// The first place of a text.
  func span(of needle: String) -> Span {
    let needle = Array(needle.utf8)
    let start = bytes.indices.first { bytes[$0...].starts(with: needle) } ?? 0
    return Span(start, start + needle.count)
  }
}
