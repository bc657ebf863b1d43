import IgniteSyntax

/// All that is wrong: what the text itself shows, and what came up when its files were worked out.
struct Findings: Sendable {
  /// The errors first.
  let all: [Diagnostic]

  /// What was found by a plan of another text is left out, and so are the errors of a plan where the text has
  /// some itself: they only follow from those.
  init(_ analysis: Analysis, _ plan: PlanState) {
    let late = plan.revision == analysis.revision ? plan.diagnostics : []
    let new = late.filter { !analysis.diagnostics.contains($0) }
    let errors = analysis.errorCount > 0 ? [] : new.filter { $0.severity == .error }
    let others = new.filter { $0.severity != .error }
    let (first, rest) = (
      analysis.diagnostics.prefix { $0.severity == .error },
      analysis.diagnostics.drop { $0.severity == .error }
    )
    all = new.isEmpty ? analysis.diagnostics : first + errors + rest + others
  }

  var errors: [Diagnostic] { all.filter { $0.severity == .error } }
  var errorCount: Int { all.count { $0.severity == .error } }
  var warningCount: Int { all.count { $0.severity == .warning } }
}
