import IgniteModel
import IgniteSyntax
import Testing

/// Each fix of a rule in each case, applied to the text.
struct FixTests {
  @Test(arguments: RuleCase.all)
  func removesWhatItFixesAndBreaksNothing(_ test: RuleCase) throws {
    let document = try test.document()
    let before = findings(in: document)
    for diagnostic in before where Rules.rule(for: diagnostic.code) != nil {
      for fix in diagnostic.fixes {
        guard case .edited(let edited) = document.applying(fix.edits) else {
          Issue.record("`\(fix.title)` cannot be applied to \(diagnostic.message)")
          continue
        }
        let after = findings(in: edited)
        let isLess = after.count(of: diagnostic) < before.count(of: diagnostic)
        #expect(isLess, "`\(fix.title)` leaves \(diagnostic.message)")
        let new = after.filter { finding in
          finding.severity == .error
            && after.count { $0.code == finding.code } > before.count { $0.code == finding.code }
        }
        #expect(new.map(\.message) == [], "`\(fix.title)` of \(diagnostic.message)")
      }
    }
  }
}

extension [Diagnostic] {
  /// How often there is the same finding, wherever it stands after an edit.
  fileprivate func count(of other: Diagnostic) -> Int {
    count { $0.code == other.code && $0.message == other.message }
  }
}
