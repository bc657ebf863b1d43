import Foundation
import IgniteSyntax
import IgniteTestSupport
import Testing

struct SyntaxExplanationsTests {
  @Test func explainsEveryCodeOfTheSource() throws {
    let folder = Fixtures.folder("../../../Sources/IgniteSyntax")
    let files = try #require(FileManager.default.enumerator(atPath: folder)).compactMap {
      $0 as? String
    }
    let pattern =
      /"((?:toml|yaml|edit|format|invalid|unknown|duplicate|nested|nul|file|too)-[a-z0-9-]+)"/
    var codes: Set<String> = []
    for file in files where file.hasSuffix(".swift") && !file.contains("Explanations") {
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      codes.formUnion(text.matches(of: pattern).map { String($0.output.1) })
    }
    #expect(codes.count > 40)
    #expect(codes.sorted() == SyntaxExplanations.all.map(\.code.description))
  }

  @Test func findsACodeByName() {
    #expect(SyntaxExplanations.text(of: "toml-unquoted-text")?.hasPrefix("Texts stand") == true)
    #expect(SyntaxExplanations.text(of: "no-such-code") == nil)
  }
}
