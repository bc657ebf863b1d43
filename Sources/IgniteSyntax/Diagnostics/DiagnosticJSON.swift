/// Diagnostics as one JSON object for programs; lines and columns count from one, columns are
/// Unicode scalars, `start` and `end` are byte offsets.
public enum DiagnosticJSON {
  /// The text of the object, with a final newline.
  public static func render(_ reports: [DiagnosticReport]) -> String {
    JSONText.pretty(value(of: reports))
  }

  /// The object: `diagnostics` in reading order and the `summary`.
  public static func value(of reports: [DiagnosticReport]) -> JSONValue {
    let all = reports.flatMap { report in
      report.diagnostics.map { value(of: $0, in: report.source) }
    }
    let summary = Diagnostic.Severity.allCases.map { severity in
      JSONMember(severity.rawValue + "s", .integer(Int64(reports.count(of: severity))))
    }
    return ["diagnostics": .array(all), "summary": .object(summary)]
  }

  /// One diagnostic of a source.
  public static func value(of diagnostic: Diagnostic, in source: Source) -> JSONValue {
    let primary = diagnostic.primary.map { value(of: $0, in: source) }
    return [
      "code": .string(diagnostic.code.description),
      "severity": .string(diagnostic.severity.rawValue),
      "message": .string(diagnostic.message),
      "file": .string(source.name),
      "primary": primary ?? .null,
      "secondary": .array(diagnostic.secondary.map { value(of: $0, in: source) }),
      "notes": .array(diagnostic.notes.map(JSONValue.string)),
      "fixes": .array(diagnostic.fixes.map(value(of:))),
    ]
  }

  private static func value(of label: Diagnostic.Label, in source: Source) -> JSONValue {
    let span = source.clamped(label.span)
    let (start, end) = (source.position(at: span.start), source.position(at: span.end))
    return [
      "label": .string(label.text),
      "start": .integer(Int64(span.start)), "end": .integer(Int64(span.end)),
      "line": .integer(Int64(start.line)), "column": .integer(Int64(start.column)),
      "endLine": .integer(Int64(end.line)), "endColumn": .integer(Int64(end.column)),
    ]
  }

  private static func value(of fix: Fix) -> JSONValue {
    ["title": .string(fix.title), "edits": .array(fix.edits.map(value(of:)))]
  }

  private static func value(of edit: ConfigEdit) -> JSONValue {
    switch edit {
    case .set(let path, let value):
      ["edit": "set", "path": .string(path.description), "value": value.json]
    case .insert(let path, let index, let value):
      [
        "edit": "insert", "path": .string(path.description), "at": .integer(Int64(index)),
        "value": value.json,
      ]
    case .remove(let path): ["edit": "remove", "path": .string(path.description)]
    case .move(let path, let from, let to):
      [
        "edit": "move", "path": .string(path.description), "from": .integer(Int64(from)),
        "to": .integer(Int64(to)),
      ]
    case .rename(let path, let name):
      ["edit": "rename", "path": .string(path.description), "to": .string(name)]
    }
  }
}
