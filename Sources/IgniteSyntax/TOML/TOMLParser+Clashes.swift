extension TOMLParser {
  /// Reports that a name is taken, with both places.
  mutating func reportClash(_ part: TOMLKeyPart, with existing: Int32) {
    complaintCount += 1
    guard output.diagnostics.count < limits.diagnostics else { return }
    let node = output.nodes[Int(existing)]
    let name = name(of: part)
    let isTable = node.kind == .table
    var diagnostic = Diagnostic.error(
      isTable ? "duplicate-table" : "duplicate-key",
      isTable ? "the table `\(name)` is defined twice" : "`\(name)` is defined twice",
      at: part.span, label: "defined again here")
    diagnostic.secondary = [.init(node.keySpan, "first defined here")]
    if node.kind == .arrayOfTables {
      diagnostic.notes = ["`\(name)` is a list of tables: `[[\(name)]]` adds an element"]
    }
    diagnose([diagnostic])
  }

  /// Reports that a dotted key or header leads through something that is no open table.
  mutating func reportBlockedPath(_ part: TOMLKeyPart, by existing: Int32) {
    complaintCount += 1
    guard output.diagnostics.count < limits.diagnostics else { return }
    let node = output.nodes[Int(existing)]
    let name = name(of: part)
    let isTable = node.kind == .table || node.kind == .inlineTable
    var diagnostic = Diagnostic.error(
      isTable ? "toml-closed-table" : "toml-not-a-table",
      isTable ? "the table `\(name)` cannot be extended here" : "`\(name)` is not a table",
      at: part.span, label: isTable ? "defined elsewhere" : "used as a table here")
    diagnostic.secondary = [.init(node.keySpan, "defined here")]
    if isTable { diagnostic.notes = ["put the key where the table is defined"] }
    diagnose([diagnostic])
  }

  mutating func reportDepth(at span: Span) {
    report(
      "nested-too-deeply", "values are nested deeper than \(limits.depth) levels", at: span,
      label: "too deep")
  }
}
