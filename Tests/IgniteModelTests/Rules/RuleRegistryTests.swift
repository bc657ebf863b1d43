import Foundation
import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

struct RuleRegistryTests {
  private var folder: URL {
    URL(fileURLWithPath: Fixtures.folder("../../../Sources/IgniteModel/Validation/Rules"))
      .standardizedFileURL
  }

  @Test func listsEveryFileOfTheFolder() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".swift") }.map { String($0.dropLast(".swift".count)) }
    #expect(Set(files) == Set(Rules.all.map { "\(type(of: $0))" }))
  }

  @Test func namesEachFileAfterItsCode() {
    for rule in Rules.all {
      #expect(Naming.kebab("\(type(of: rule))") == type(of: rule).code.description)
    }
  }

  @Test func hasABadCaseForEveryRule() {
    let codes = Set(RuleCase.all.map(\.code))
    for rule in Rules.all { #expect(codes.contains(type(of: rule).code.description)) }
  }

  @Test func findsARuleByItsCode() {
    for rule in Rules.all {
      let code = type(of: rule).code
      #expect(Rules.rule(for: code).map { type(of: $0).code } == code)
    }
    #expect(Rules.rule(for: "no-such-rule") == nil)
  }

  @Test func explainsEveryRule() {
    for rule in Rules.all {
      let explanation = type(of: rule).explanation
      let prose = explanation.prefix { $0 != "\n" }
      let sentences = prose.split(separator: ". ").count
      #expect((2...10).contains(sentences), "\(type(of: rule))")
      #expect(explanation.contains("\nWrong: "), "\(type(of: rule))")
      #expect(explanation.contains("\nRight: "), "\(type(of: rule))")
      #expect(type(of: rule).summary.hasSuffix("."), "\(type(of: rule))")
    }
  }
}
