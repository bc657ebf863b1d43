import Foundation
import IgniteSyntax
import Testing

struct DiagnosticJSONTests {
  @Test func writesEverythingAProgramNeeds() {
    let source = Source(name: "a.toml", text: "x = 日1\n")
    var diagnostic = Diagnostic.error("code", "m", at: source.span(of: "1"), label: "l")
    diagnostic.notes = ["n"]
    diagnostic.fixes = [Fix("use 2", .set(ConfigPath([.key("x")]), .integer(2)))]
    let report = DiagnosticReport(source: source, diagnostics: [diagnostic])
    #expect(
      JSONText.compact(DiagnosticJSON.value(of: [report])) == """
        {"diagnostics":[{"code":"code","severity":"error","message":"m","file":"a.toml",\
        "primary":{"label":"l","start":7,"end":8,"line":1,"column":6,"endLine":1,"endColumn":7},\
        "secondary":[],"notes":["n"],"fixes":[{"title":"use 2","edits":[{"edit":"set",\
        "path":"x","value":2}]}]}],"summary":{"errors":1,"warnings":0,"notes":0}}
        """)
  }

  @Test func escapesWhatIsNotHarmless() throws {
    let text = "\"\\\n\r\t\u{0}\u{1B}\u{2028}\u{202E}😀é/"
    let json = JSONText.quoted(text)
    #expect(json == #""\"\\\n\r\t\u0000\u001B\u2028\u202E😀é/""#)
    let back = try JSONSerialization.jsonObject(
      with: Data(json.utf8), options: .fragmentsAllowed)
    #expect(back as? String == text)
  }

  @Test func keepsTheOrderAndIndents() {
    let value: JSONValue = ["z": [1, true], "a": .null, "e": [], "o": .object([])]
    #expect(
      JSONText.pretty(value) == """
        {
          "z": [
            1,
            true
          ],
          "a": null,
          "e": [],
          "o": {}
        }

        """)
    #expect(JSONText.compact(.array([.number(.infinity), .number(1e300)])) == "[null,1e+300]")
  }

  @Test func escapesWorkflowCommands() {
    let source = Source(name: "a,b:c%.toml", text: "x\ny\n")
    let report = DiagnosticReport(
      source: source,
      diagnostics: [
        .error("e", "50%\r\n::warning::x", at: Span(0, 1), label: "l"),
        Diagnostic(
          code: "n", severity: .note, message: "m", primary: .init(Span(0, 3), ""), notes: ["k"]),
        .warning("w", "no place"),
      ])
    #expect(
      DiagnosticGitHub.render([report]) == """
        ::error file=a%2Cb%3Ac%25.toml,line=1,endLine=1,col=1,endColumn=2,title=e::\
        50%25␍␊::warning::x: l
        ::notice file=a%2Cb%3Ac%25.toml,line=1,endLine=2,title=n::m%0Ak
        ::warning file=a%2Cb%3Ac%25.toml,title=w::no place

        """)
  }

  @Test func findsTheSmallestEdit() {
    func edit(_ old: String, _ new: String) -> TextEdit? {
      TextEdit.between(Array(old.utf8), Array(new.utf8))
    }
    #expect(edit("a = 1\n", "a = 23\n") == TextEdit(Span(4, 5), "23"))
    #expect(edit("aé", "aè") == TextEdit(Span(1, 3), "è"))
    #expect(edit("aa", "aaa") == TextEdit(Span(2, 2), "a"))
    #expect(edit("same", "same") == nil)
  }
}
