import ArgumentParser
import IgniteGenerator
import IgniteSyntax

/// `allframe fmt FILE…`: tidies blanks and line breaks of a config and nothing else.
struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt",
    abstract: "Tidy the blanks and line breaks of a config.",
    discussion: """
      Comments, order and the spelling of values stay. With --check nothing is written and the exit
      status is 1 where a file would change; - reads standard input and writes standard output.
      """)

  @Argument(help: ArgumentHelp("Configs; - is standard input.", valueName: "file"))
  var files: [String]

  @Flag(help: "Write nothing, and fail where something would change.")
  var check = false

  func run() throws {
    var isDone = true
    for path in files where try !format(path) { isDone = false }
    if !isDone { throw ExitStatus.failed.code }
  }

  /// Whether the file is as it should be afterwards.
  private func format(_ path: String) throws -> Bool {
    let file = try ConfigFile(reading: path)
    let document = Document.parse(file.source, format: file.format)
    guard case .edited(let formatted) = document.formatted() else {
      guard case .refused(let diagnostic) = document.formatted() else { return false }
      let report = DiagnosticReport(
        source: file.source, diagnostics: document.diagnostics + [diagnostic])
      ReportWriter(format: .text, console: .error).write([report])
      return false
    }
    let isSame = formatted.source.bytes == file.source.bytes
    if check {
      if !isSame { Console.output.print(VisibleText.line(path)) }
      return isSame
    }
    if path == "-" {
      Console.output.write(formatted.source.text)
    } else if !isSame {
      try FileWriter.replace(path, with: formatted.source.bytes)
    }
    return true
  }
}
