/// Makes prose of diagnostics: the excerpt with its marks, notes and fixes, for people.
public struct DiagnosticRenderer: Sendable {
  /// Whether ANSI colours are written; whoever asks honours NO_COLOR and looks for a terminal.
  public var usesColour: Bool
  /// The most columns of a source line that are shown; longer lines are cut with `…`.
  public var width: Int

  /// Makes a renderer; widths below 20 columns are taken as 20.
  public init(usesColour: Bool = false, width: Int = 140) {
    self.usesColour = usesColour
    self.width = max(20, width)
  }

  /// All reports, a blank line after each diagnostic, and the summary; empty without diagnostics.
  public func render(_ reports: [DiagnosticReport]) -> String {
    var text = ""
    for report in reports {
      for diagnostic in report.diagnostics { text += render(diagnostic, in: report.source) + "\n" }
    }
    return text.isEmpty ? "" : text + paint(reports.summary, .strong) + "\n"
  }

  /// One diagnostic, each of its lines ended by a newline.
  public func render(_ diagnostic: Diagnostic, in source: Source) -> String {
    let severity = DiagnosticStyle.severity(diagnostic.severity)
    var lines = [
      paint("\(diagnostic.severity.rawValue)[\(diagnostic.code)]", severity)
        + paint(": " + VisibleText.line(diagnostic.message), .strong)
    ]
    let excerpt = Excerpt(of: diagnostic, in: source, width: width)
    let indent = "\(excerpt.highestNumber)".utf8.count
    lines += place(of: diagnostic, in: source, excerpt, indent)
    lines += remarks(of: diagnostic, indent)
    return lines.map { $0 + "\n" }.joined()
  }

  private func place(
    of diagnostic: Diagnostic, in source: Source, _ excerpt: Excerpt, _ indent: Int
  ) -> [String] {
    let blank = String(repeating: " ", count: indent)
    let arrow = paint(blank + "-->", .gutter) + " " + VisibleText.line(source.name)
    guard let label = diagnostic.primary ?? diagnostic.secondary.first else { return [arrow] }
    let position = source.position(at: label.span.start)
    return ["\(arrow):\(position.line):\(position.column)", paint(blank + " |", .gutter)]
      + excerpt.rows.map { line(number: $0.number, isGap: $0.isGap, $0.row, indent) }
  }

  private func line(number: Int?, isGap: Bool, _ row: StyledRow, _ indent: Int) -> String {
    let number = number.map { "\($0)" } ?? ""
    let padded = number + String(repeating: " ", count: max(0, indent - number.utf8.count))
    let content = row.text(usesColour: usesColour)
    if isGap {
      let gap = content.isEmpty ? "..." : "..." + String(repeating: " ", count: indent)
      return paint(gap, .gutter) + content
    }
    return paint(padded + " |", .gutter) + (content.isEmpty ? "" : " " + content)
  }

  private func remarks(of diagnostic: Diagnostic, _ indent: Int) -> [String] {
    let blank = String(repeating: " ", count: indent + 1)
    let notes = diagnostic.notes.flatMap { note in
      note.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
        remark($0.offset == 0 ? "= note:" : "       ", String($0.element), blank)
      }
    }
    return notes + diagnostic.fixes.map { remark("= fix:", $0.title, blank) }
  }

  private func remark(_ head: String, _ text: String, _ blank: String) -> String {
    blank + paint(head, .strong) + " " + VisibleText.line(text)
  }

  private func paint(_ text: String, _ style: DiagnosticStyle) -> String {
    style.paint(text, usesColour: usesColour)
  }
}
