import Foundation
import Testing

@testable import IgniteSyntax

/// Generated edits over all of toml-test: the text says exactly what the edit asked for and keeps
/// what it did not, or the edit is refused.
struct TOMLEditPropertyTests {
  /// How many edits each file gets.
  private static let rounds =
    ProcessInfo.processInfo.environment["IGNITE_EDITS"].flatMap(Int.init) ?? 12

  @Test func everyEditIsExactOrRefused() {
    var made = 0
    var refused: [String] = []
    for (seed, path) in TOMLSuite.v1_1.validPaths.enumerated() {
      let document = Document.parse(TOMLSuite.source(path), format: .toml)
      var generator = EditGenerator(seed: UInt64(seed))
      for _ in 0..<Self.rounds {
        let edit = generator.edit(for: document.root.value)
        guard case .value(let expected) = document.root.value.applying(edit) else { continue }
        made += 1
        switch document.applying(edit) {
        case .edited(let edited): check(edited, from: document, edit, expected, path)
        case .refused: refused.append("\(path): \(edit)")
        }
      }
    }
    print("\(made) edits, \(refused.count) refused")
    for line in refused.prefix(
      Int(ProcessInfo.processInfo.environment["IGNITE_REFUSED"] ?? "0") ?? 0)
    {
      print("refused \(line)")
    }
    #expect(Double(refused.count) < 0.02 * Double(made))
  }

  @Test func sequencesOfEditsStayExact() {
    for (seed, path) in TOMLSuite.v1_1.validPaths.enumerated() {
      var document = Document.parse(TOMLSuite.source(path), format: .toml)
      var generator = EditGenerator(seed: UInt64(seed) << 32)
      for _ in 0..<Self.rounds {
        let edit = generator.edit(for: document.root.value)
        guard case .value(let expected) = document.root.value.applying(edit),
          case .edited(let edited) = document.applying(edit)
        else { continue }
        #expect(edited.root.value.isSameTree(as: expected), "\(path): \(edit)")
        #expect(edited.diagnostics == [], "\(path): \(edit)")
        document = edited
      }
    }
  }

  private func check(
    _ edited: Document, from document: Document, _ edit: ConfigEdit, _ expected: ConfigValue,
    _ path: String
  ) {
    let reread = Document.parse(edited.source, format: .toml)
    #expect(reread.diagnostics == [], "\(path): \(edit)")
    #expect(reread.root.value.isSameTree(as: expected), "\(path): \(edit)")
    let old = document.source.bytes
    let new = edited.source.bytes
    let place = document.root.node(at: edit.path)
    switch (edit, place?.content) {
    case (.set, .string?), (.set, .integer?), (.set, .float?), (.set, .boolean?),
      (.set, .dateTime?):
      let span = place?.span ?? Span(0, 0)
      #expect(new.starts(with: old[..<span.start]), "\(path): \(edit)")
      #expect(new.reversed().starts(with: old[span.end...].reversed()), "\(path): \(edit)")
    case (.set, nil):
      #expect(isSubsequence(old, of: new) || isEmptyTwin(document, edit), "\(path): \(edit)")
    case (.remove, _):
      let isEmptied = document.root.node(at: edit.path.parent)?.childCount == 1
      #expect(isSubsequence(new, of: old) || isEmptied, "\(path): \(edit)")
    case (.rename, _), (.move, _):
      #expect(comments(edited) == comments(document), "\(path): \(edit)")
    default: break
    }
  }

  /// Whether the edit adds to a list that is written `[]`, which may become a list of sections.
  private func isEmptyTwin(_ document: Document, _ edit: ConfigEdit) -> Bool {
    document.root.node(at: edit.path.parent)?.childCount == 0
  }

  private func isSubsequence(_ part: [UInt8], of whole: [UInt8]) -> Bool {
    var rest = part[...]
    for byte in whole where rest.first == byte { rest = rest.dropFirst() }
    return rest.isEmpty
  }

  /// The comments of a document in alphabetical order.
  private func comments(_ document: Document) -> [String] {
    let tokens = TOMLSyntax(document.source).tokens
    return zip(tokens, tokens.dropFirst()).compactMap { token, next in
      token.kind == .comment
        ? document.source.text(in: Span(Int(token.start), Int(next.start))) : nil
    }.sorted()
  }
}

extension DocumentNode {
  fileprivate var childCount: Int {
    switch content {
    case .array(let elements): elements.count
    case .table(let members): members.count
    default: 0
    }
  }
}
