import IgniteSyntax

/// A place in a template.
public struct TemplateSite: Hashable, Sendable, CustomStringConvertible {
  /// The template's path in its catalog.
  public var file: String
  /// The line, counted from one.
  public var line: Int
  /// The column in bytes, counted from one.
  public var column: Int

  /// The place as compilers write it: `file:line:column`.
  public var description: String { "\(file):\(line):\(column)" }

  init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  init(_ source: Source, offset: Int) {
    let line = source.lineIndex(at: offset)
    self.init(file: source.name, line: line + 1, column: offset - source.lineStarts[line] + 1)
  }

  /// An error about this place; the message is one lower-case line.
  func error(_ code: Diagnostic.Code, _ message: String) -> Diagnostic {
    var diagnostic = Diagnostic.error(code, message)
    diagnostic.notes = ["at \(description)"]
    return diagnostic
  }
}
