import IgniteModel
import IgniteSyntax

/// Formats what of a plan has to be formatted: files whose source the last run formatted already
/// get the same bytes again without a formatter.
struct FormattingPass: Sendable {
  let written: WrittenFiles
  let formatter: RustFormatter?
  let progress: @Sendable (Int) -> Void

  /// A plan with everything formatted that can be, and what could not.
  func run(_ plan: FilePlan) -> (plan: FilePlan, diagnostics: [Diagnostic]) {
    let files = reusing(plan)
    let open = formatter == nil ? [] : files.indices.filter { files[$0].needsFormatting }
    guard let formatter, !open.isEmpty else { return (plan.replacing(files), []) }
    return finish(
      plan, files, open, formatter.results(open.map { files[$0].bytes }, progress: progress))
  }

  private func reusing(_ plan: FilePlan) -> [PlannedFile] {
    Workers.map(plan.files.count) { range in plan.files[range].map(reused) }.flatMap { $0 }
  }

  private func reused(_ file: PlannedFile) -> PlannedFile {
    guard file.needsFormatting, let record = written.manifest.record(file.path),
      let source = record.source, source == Digest(of: file.bytes),
      let bytes = written.contents(of: record)
    else { return file }
    return file.formatted(.held(bytes), PlannedFile.Origin(source: source, digest: record.digest))
  }

  private func finish(
    _ plan: FilePlan, _ files: [PlannedFile], _ open: [Int], _ results: [RustFormatter.Result]
  ) -> (plan: FilePlan, diagnostics: [Diagnostic]) {
    var files = files
    var refusals: [(file: PlannedFile, reason: String)] = []
    for (index, result) in zip(open, results) {
      switch result {
      case .formatted(let bytes):
        let source = Digest(of: files[index].bytes)
        files[index] = files[index].formatted(
          .held(bytes), PlannedFile.Origin(source: source, digest: Digest(of: bytes)))
      case .refused(let reason): refusals.append((files[index], reason))
      }
    }
    return (plan.replacing(files), diagnostics(refusals, of: open.count))
  }

  private func diagnostics(
    _ refusals: [(file: PlannedFile, reason: String)], of count: Int
  ) -> [Diagnostic] {
    // When nothing at all can be formatted, the reason is the formatter's and is told once.
    if count > 1, refusals.count == count, Set(refusals.map(\.reason)).count == 1 {
      return [.formatterFailed(refusals[0].reason, count)]
    }
    return refusals.map { Diagnostic.unformatted($0.file, $0.reason) }
  }
}

extension PlannedFile {
  /// Whether it is Rust that is not formatted.
  var needsFormatting: Bool { !isFormatted && path.hasSuffix(".rs") }

  /// The same with the contents that a formatter made.
  func formatted(_ contents: FileContents, _ origin: Origin) -> PlannedFile {
    var file = self
    file.contents = contents
    file.origin = origin
    file.isFormatted = true
    return file
  }
}

extension Diagnostic {
  fileprivate static func unformatted(_ file: PlannedFile, _ reason: String) -> Diagnostic {
    var diagnostic = Diagnostic.warning(
      "rustfmt-refused", "`\(file.path)` could not be formatted: \(reason)")
    diagnostic.notes = ["`\(file.entry)` of the catalog made it; a template should be mended"]
    return diagnostic
  }

  fileprivate static func formatterFailed(_ reason: String, _ count: Int) -> Diagnostic {
    var diagnostic = Diagnostic.warning(
      "rustfmt-failed", "\(count) files could not be formatted: \(reason)")
    diagnostic.notes = ["the next run with a working rustfmt formats them"]
    return diagnostic
  }
}
