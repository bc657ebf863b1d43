import Foundation
import IgniteSyntax
import IgniteTestSupport
import Testing

/// The yaml-test-suite (data-2022-01-17): what is read, and what is refused and why. A config is
/// one mapping with text keys, so most valid texts of the suite are refused for what they are; those
/// refused as `yaml-syntax`, and the invalid ones that are read, are the deviations of libyaml 0.2.5.
struct YAMLSuiteTests {
  /// Texts that libyaml 0.2.5 reads otherwise than the suite: `{ ?foo: bar }`, a block text
  /// without a final newline, a colon in an anchor.
  private static let readDifferently = ["652Z/in.yaml", "L24T/01/in.yaml", "Y2GN/in.yaml"]

  @Test func readsAndRefusesAsExpected() throws {
    var figures: [String: Int] = [:]
    for test in try YAMLSuite.cases() {
      let document = Document.parse(test.source, format: .yaml)
      figures[verdict(on: document, isValid: !test.isInvalid), default: 0] += 1
    }
    #expect(
      figures == [
        "valid: read": 99,
        "valid: refused, yaml-not-a-table": 128,
        "valid: refused, yaml-several-documents": 6,
        "valid: refused, yaml-unknown-tag": 14,
        "valid: refused, yaml-key-not-text": 14,
        "valid: refused, yaml-syntax": 47,
        "invalid: refused, yaml-syntax": 73,
        "invalid: refused, yaml-several-documents": 3,
        "invalid: refused, yaml-unknown-tag": 2,
        "invalid: refused, yaml-not-a-table": 9,
        "invalid: read": 7,
      ])
  }

  @Test func readsTheValuesOfTheSuite() throws {
    var compared = 0
    for test in try YAMLSuite.cases() {
      let document = Document.parse(test.source, format: .yaml)
      let isSound = !document.diagnostics.contains { $0.severity == .error }
      guard isSound, !test.isInvalid, let json = test.json, !json.isEmpty else { continue }
      guard !Self.readDifferently.contains(test.name) else { continue }
      let expected = try JSONSerialization.jsonObject(
        with: Data(json), options: .fragmentsAllowed)
      compared += 1
      #expect(YAMLSuite.isSame(document.root.value, expected), "\(test.name)")
    }
    #expect(compared == 93)
  }

  @Test func pointsInsideTheText() throws {
    for test in try YAMLSuite.cases() {
      let document = Document.parse(test.source, format: .yaml)
      let range = 0...test.source.bytes.count
      for span in YAMLSuite.spans(of: document.root) + document.diagnostics.flatMap(\.spans) {
        #expect(range.contains(span.start) && span.start <= span.end && range.contains(span.end))
      }
      _ = DiagnosticRenderer().render([
        DiagnosticReport(source: test.source, diagnostics: document.diagnostics)
      ])
    }
  }

  /// Which rule of a config made a text unwelcome, or how the syntax was judged.
  private func verdict(on document: Document, isValid: Bool) -> String {
    let errors = document.diagnostics.filter { $0.severity == .error }
    let head = isValid ? "valid: " : "invalid: "
    guard let error = errors.first else { return head + "read" }
    return head + "refused, \(errors.first { $0.code == "yaml-syntax" }?.code ?? error.code)"
  }
}

extension Diagnostic {
  fileprivate var spans: [Span] { (primary.map { [$0.span] } ?? []) + secondary.map(\.span) }
}
