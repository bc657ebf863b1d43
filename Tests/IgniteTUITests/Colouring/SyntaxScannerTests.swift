import IgniteTestSupport
import Testing

@testable import IgniteTUI

struct SyntaxScannerTests {
  private static let letters: [SyntaxKind: Character] = [
    .keyword: "k", .type: "t", .function: "f", .key: "p", .string: "s", .number: "n",
    .comment: "c", .attribute: "a", .heading: "h",
  ]

  /// One letter a byte for what it is.
  private func picture(_ text: String, _ path: String) throws -> [String] {
    let scanner = SyntaxScanner(try #require(SyntaxLanguage.of(path: path)))
    var state = SyntaxScanner.State.code
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var letters = Array(repeating: Character("."), count: line.utf8.count)
      for run in scanner.runs(in: ArraySlice(line.utf8), from: &state) {
        for place in run.range { letters[place] = Self.letters[run.kind] ?? "?" }
      }
      return String(letters)
    }
  }

  @Test func tellsTheWordsOfRustApart() throws {
    #expect(
      try picture("pub fn run(x: &'a str) -> Vec<u8> // ok", "a.rs") == [
        "kkk.kk.fff.....aa.ttt.....ttt.tt..ccccc"
      ])
    #expect(try picture("#[derive(Debug)]", "a.rs") == ["aaaaaaaaaaaaaaaa"])
    #expect(try picture("let c = '\\n';", "a.rs") == ["kkk.....ssss."])
    #expect(try picture("x = r#\"a\nb\"# + 1", "a.rs") == ["....ssss", "sss...n"])
    #expect(try picture("/* a\nb */ fn", "a.rs") == ["cccc", "cccc.kk"])
  }

  @Test func tellsKeysOfTOMLFromValues() throws {
    #expect(try picture("[[services]] # x", "a.toml") == ["hhhhhhhhhhhh.ccc"])
    #expect(try picture("name = \"a # b\"", "a.toml") == ["pppp...sssssss"])
    #expect(try picture("ok = true # yes", "a.toml") == ["pp...nnnn.ccccc"])
  }

  @Test func tellsTheOtherLanguages() throws {
    #expect(try picture("a-b: \"c\" # d", "a.yml") == ["ppp..sss.ccc"])
    #expect(try picture("{\"a\": [1, true]}", "a.json") == [".ppp...n..nnnn.."])
    #expect(try picture("SELECT id FROM t -- x", "a.sql") == ["kkkkkk....kkkk...cccc"])
    #expect(
      try picture("message A { string b = 1; }", "a.proto") == [
        "kkkkkkk.t...tttttt.....n..."
      ])
    #expect(try picture("FROM debian AS x", "Dockerfile") == ["kkkk........kk.."])
    #expect(try picture("# T\n- `a` [b]", "a.md") == ["hhh", "k.sss.fff"])
    #expect(try picture("if [ $A ]; then # x", "a.sh") == ["kk...aa....kkkk.ccc"])
    #expect(try picture("name = var.x", "a.tf") == ["pppp........"])
  }

  @Test func runsOfAnyBytesLieInTheirLineInOrder() throws {
    var random = SeededGenerator(seed: 7)
    let paths = [
      "a.rs", "a.toml", "a.yml", "a.sql", "a.json", "a.md", "a.sh", "Dockerfile", "a.tf",
    ]
    let alphabet = Array("'\"`#/*[]{}$(=:-aA0\\ \u{e9}r".utf8)
    for path in paths {
      let scanner = SyntaxScanner(try #require(SyntaxLanguage.of(path: path)))
      var state = SyntaxScanner.State.code
      for _ in 0..<300 {
        let count = Int.random(in: 0...12, using: &random)
        let line = (0..<count).map { _ in
          alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
        }
        var end = 0
        for run in scanner.runs(in: line[...], from: &state) {
          if run.range.lowerBound < end || run.range.upperBound > line.count {
            Issue.record("\(run.range) of \(line) in \(path)")
          }
          end = run.range.upperBound
        }
      }
    }
  }
}
