/// Diagnostics as GitHub Actions workflow commands, which show as annotations on the changed lines.
public enum DiagnosticGitHub {
  /// One command a line.
  public static func render(_ reports: [DiagnosticReport]) -> String {
    reports.flatMap { report in
      report.diagnostics.map { command(for: $0, in: report.source) + "\n" }
    }.joined()
  }

  private static func command(for diagnostic: Diagnostic, in source: Source) -> String {
    let name = diagnostic.severity == .note ? "notice" : diagnostic.severity.rawValue
    var properties = ["file=" + property(source.name)]
    if let label = diagnostic.primary { properties += place(of: label, in: source) }
    properties.append("title=" + property(diagnostic.code.description))
    return "::\(name) \(properties.joined(separator: ","))::\(data(text(of: diagnostic)))"
  }

  private static func place(of label: Diagnostic.Label, in source: Source) -> [String] {
    let span = source.clamped(label.span)
    let (start, end) = (source.position(at: span.start), source.position(at: span.end))
    let lines = ["line=\(start.line)", "endLine=\(end.line)"]
    // GitHub refuses an annotation over several lines that has columns.
    guard start.line == end.line else { return lines }
    return lines + ["col=\(start.utf16Column)", "endColumn=\(end.utf16Column)"]
  }

  private static func text(of diagnostic: Diagnostic) -> String {
    let label = diagnostic.primary.map(\.text) ?? ""
    let head = diagnostic.message + (label.isEmpty ? "" : ": " + label)
    let remarks = diagnostic.notes + diagnostic.fixes.map { "fix: " + $0.title }
    return ([head] + remarks).map { VisibleText.line($0) }.joined(separator: "\n")
  }

  private static func data(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "%": "%25"
      case "\r": "%0D"
      case "\n": "%0A"
      default: String(scalar)
      }
    }.joined()
  }

  private static func property(_ text: String) -> String {
    data(VisibleText.line(text)).unicodeScalars.map { scalar in
      switch scalar {
      case ":": "%3A"
      case ",": "%2C"
      default: String(scalar)
      }
    }.joined()
  }
}
