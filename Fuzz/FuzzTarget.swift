#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the bytes of a run are given to.
private enum FuzzTarget: String {
  case toml, yaml, edits
  case yamlEdits = "yaml-edits"

  /// The target that the variable `FUZZ_TARGET` names.
  static let current: FuzzTarget =
    getenv("FUZZ_TARGET").flatMap { FuzzTarget(rawValue: String(cString: $0)) } ?? .toml
}

/// The function that libFuzzer calls with one input after the other.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  switch FuzzTarget.current {
  case .toml: fuzzReading(bytes, .toml)
  case .yaml: fuzzReading(bytes, .yaml)
  case .edits: fuzzEdits(bytes, .toml)
  case .yamlEdits: fuzzEdits(bytes, .yaml)
  }
  return 0
}

/// Reading ends, keeps every byte, and points only into the text.
private func fuzzReading(_ bytes: [UInt8], _ format: ConfigFormat) {
  let source = Source(name: "fuzz", bytes: bytes)
  let document = Document.parse(source, format: format)
  precondition(document.diagnostics.count <= 100, "too many diagnostics")
  checkSpans(document.root, bytes.count)
  for diagnostic in document.diagnostics {
    let labels = [diagnostic.primary].compactMap(\.self) + diagnostic.secondary
    for label in labels { check(label.span, bytes.count) }
    let text = DiagnosticRenderer().render(diagnostic, in: source)
    precondition(text.utf8.allSatisfy { $0 == 0x0A || $0 >= 0x20 && $0 != 0x7F }, "unsafe text")
    for fix in diagnostic.fixes { _ = document.applying(fix.edits) }
  }
  if format == .toml { fuzzTokens(source, document) }
}

private func fuzzTokens(_ source: Source, _ document: Document) {
  let tokens = TOMLSyntax(source).tokens
  precondition(tokens.first?.start == 0 && tokens.last?.kind == .end, "tokens miss an end")
  precondition(Int(tokens[tokens.count - 1].start) == source.bytes.count, "tokens end early")
  precondition(zip(tokens, tokens.dropFirst()).allSatisfy { $0.start < $1.start }, "tokens overlap")
  guard document.diagnostics.isEmpty else { return }
  guard case .edited(let once) = document.formatted(), case .edited(let twice) = once.formatted()
  else { preconditionFailure("a sound text is not formatted") }
  precondition(once.source.bytes == twice.source.bytes, "formatting does not settle")
}

/// Edits of any text, sound or not, are exact or refused.
private func fuzzEdits(_ bytes: [UInt8], _ format: ConfigFormat) {
  let seed = bytes.prefix(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  var generator = EditGenerator(seed: seed)
  let text = Array(bytes.dropFirst(4))
  var document = Document.parse(Source(name: "fuzz", bytes: text), format: format)
  for _ in 0..<4 {
    let edit = generator.edit(for: document.root.value)
    guard case .value(let expected) = document.root.value.applying(edit),
      case .edited(let edited) = document.applying(edit)
    else { continue }
    let reread = Document.parse(edited.source, format: format)
    precondition(reread.root.value.isSameTree(as: expected), "an edit says something else")
    precondition(reread.diagnostics.count <= document.diagnostics.count, "an edit adds errors")
    document = edited
  }
}

private func checkSpans(_ node: DocumentNode, _ count: Int) {
  check(node.span, count)
  switch node.content {
  case .array(let elements): for element in elements { checkSpans(element, count) }
  case .table(let members):
    for member in members {
      check(member.keySpan, count)
      checkSpans(member.node, count)
    }
  default: break
  }
}

private func check(_ span: Span, _ count: Int) {
  precondition(0 <= span.start && span.start <= span.end && span.end <= count, "span outside")
}
