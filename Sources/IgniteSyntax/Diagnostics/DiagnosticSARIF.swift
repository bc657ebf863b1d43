/// Diagnostics as a SARIF 2.1.0 log, the format code scanners exchange.
public struct DiagnosticSARIF: Sendable {
  /// What is told about a code besides its name.
  public struct Rule: Hashable, Sendable {
    /// Which diagnostics it is about.
    public var code: Diagnostic.Code
    /// One sentence.
    public var summary: String
    /// The long explanation, as Markdown.
    public var explanation: String

    /// Describes a code.
    public init(code: Diagnostic.Code, summary: String, explanation: String) {
      self.code = code
      self.summary = summary
      self.explanation = explanation
    }
  }

  /// The version of the program, as in `1.2.0`.
  public var version: String
  /// What is known of the codes; others are listed by name alone.
  public var rules: [Rule]
  /// The text edits that a fix comes to in a source; a fix without any is told in the message.
  public var textEdits: @Sendable (Fix, Source) -> [TextEdit]

  /// Makes a writer.
  public init(
    version: String, rules: [Rule] = [],
    textEdits: @escaping @Sendable (Fix, Source) -> [TextEdit] = { _, _ in [] }
  ) {
    self.version = version
    self.rules = rules
    self.textEdits = textEdits
  }

  /// The text of the log, with a final newline.
  public func render(_ reports: [DiagnosticReport]) -> String {
    JSONText.pretty(value(of: reports))
  }

  /// The log: one run with one result for each diagnostic.
  public func value(of reports: [DiagnosticReport]) -> JSONValue {
    let codes = codes(of: reports)
    let results = reports.flatMap { report in
      report.diagnostics.map { result($0, in: report.source, codes) }
    }
    let driver: JSONValue = [
      "name": "allframe", "semanticVersion": .string(version),
      "rules": .array(codes.map(descriptor(of:))),
    ]
    let run: JSONValue = [
      "tool": ["driver": driver], "columnKind": "utf16CodeUnits", "results": .array(results),
    ]
    return [
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
      "runs": [run],
    ]
  }

  private func codes(of reports: [DiagnosticReport]) -> [String] {
    Set(reports.flatMap(\.diagnostics).map(\.code.description)).sorted()
  }

  private func descriptor(of code: String) -> JSONValue {
    guard let rule = rules.first(where: { $0.code.description == code }) else {
      return ["id": .string(code)]
    }
    return [
      "id": .string(code), "shortDescription": ["text": .string(rule.summary)],
      "fullDescription": ["text": .string(rule.explanation)],
      "help": ["text": .string(rule.explanation), "markdown": .string(rule.explanation)],
    ]
  }

  private func result(
    _ diagnostic: Diagnostic, in source: Source, _ codes: [String]
  ) -> JSONValue {
    let code = diagnostic.code.description
    var members = [
      JSONMember("ruleId", .string(code)),
      JSONMember("ruleIndex", .integer(Int64(codes.firstIndex(of: code) ?? -1))),
      JSONMember("level", .string(diagnostic.severity.rawValue)),
      JSONMember("message", ["text": .string(text(of: diagnostic))]),
      JSONMember("locations", [location(of: diagnostic.primary, in: source)]),
    ]
    let related = diagnostic.secondary.map { location(of: $0, in: source) }
    if !related.isEmpty { members.append(JSONMember("relatedLocations", .array(related))) }
    let fixes = diagnostic.fixes.compactMap { value(of: $0, in: source) }
    if !fixes.isEmpty { members.append(JSONMember("fixes", .array(fixes))) }
    return .object(members)
  }

  private func text(of diagnostic: Diagnostic) -> String {
    let label = diagnostic.primary.map(\.text) ?? ""
    let remarks = diagnostic.notes + diagnostic.fixes.map { "fix: " + $0.title }
    let head = diagnostic.message + (label.isEmpty ? "" : ": " + label)
    return ([head] + remarks).joined(separator: "\n")
  }

  private func location(of label: Diagnostic.Label?, in source: Source) -> JSONValue {
    let artifact = JSONMember("artifactLocation", artifact(source))
    guard let label else { return ["physicalLocation": .object([artifact])] }
    let region = JSONMember("region", region(of: label.span, in: source))
    let place = JSONMember("physicalLocation", .object([artifact, region]))
    guard !label.text.isEmpty else { return .object([place]) }
    return .object([place, JSONMember("message", ["text": .string(label.text)])])
  }

  private func artifact(_ source: Source) -> JSONValue { ["uri": .string(uri(source.name))] }

  private func region(of span: Span, in source: Source) -> JSONValue {
    let span = source.clamped(span)
    let (start, end) = (source.position(at: span.start), source.position(at: span.end))
    return [
      "startLine": .integer(Int64(start.line)), "startColumn": .integer(Int64(start.utf16Column)),
      "endLine": .integer(Int64(end.line)), "endColumn": .integer(Int64(end.utf16Column)),
      "byteOffset": .integer(Int64(span.start)), "byteLength": .integer(Int64(span.length)),
    ]
  }

  private func value(of fix: Fix, in source: Source) -> JSONValue? {
    let edits = textEdits(fix, source)
    guard !edits.isEmpty else { return nil }
    let replacements = edits.map { edit -> JSONValue in
      [
        "deletedRegion": region(of: edit.span, in: source),
        "insertedContent": ["text": .string(edit.text)],
      ]
    }
    let change: JSONValue = [
      "artifactLocation": artifact(source), "replacements": .array(replacements),
    ]
    return ["description": ["text": .string(fix.title)], "artifactChanges": [change]]
  }

  /// A path as a relative or `file:` URI reference, everything unusual percent-encoded.
  private func uri(_ path: String) -> String {
    var uri = path.hasPrefix("/") ? "file://" : ""
    for byte in path.utf8 {
      let isPlain =
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x2D...0x39).contains(byte)
        || byte == 0x5F || byte == 0x7E
      let digits = String(byte, radix: 16, uppercase: true)
      uri += isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + digits
    }
    return uri
  }
}
