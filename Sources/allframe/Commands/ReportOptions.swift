import ArgumentParser
import IgniteModel
import IgniteSyntax

/// How diagnostics are written.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, sarif, github
}

/// Writes reports in a format.
struct ReportWriter {
  /// The format.
  let format: ReportFormat
  /// Where they go.
  let console: Console

  /// Writes what was found; text has nothing to say where nothing was found.
  func write(_ reports: [DiagnosticReport]) {
    switch format {
    case .text:
      let renderer = DiagnosticRenderer(usesColour: console.hasColor, width: console.width)
      console.write(renderer.render(reports))
    case .json: console.write(DiagnosticJSON.render(reports))
    case .sarif:
      let rules = Rules.all.map { rule in
        DiagnosticSARIF.Rule(
          code: type(of: rule).code, summary: type(of: rule).summary,
          explanation: type(of: rule).explanation)
      }
      console.write(
        DiagnosticSARIF(version: Allframe.configuration.version, rules: rules).render(reports))
    case .github: console.write(DiagnosticGitHub.render(reports))
    }
  }
}
