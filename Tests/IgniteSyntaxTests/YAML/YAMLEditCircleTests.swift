import Foundation
@testable import IgniteSyntax
import Testing

/// A document with an element that cannot be read once made an edit of the same edit without end.
struct YAMLEditCircleTests {
  @Test func editsOfBrokenDocumentsEnd() throws {
    let input = try #require(
      Data(base64Encoded: "Ors6dS5zZXEtdWVuY2VzOgotIC0gLSBbXQotCi0gLSAgfCswLSBbXQoweGMtIC0gTkFO"))
    let seed = input.prefix(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    var generator = EditGenerator(seed: seed)
    var document = Document.parse(
      Source(name: "circle.yaml", bytes: Array(input.dropFirst(4))), format: .yaml)
    for _ in 0..<4 {
      let edit = generator.edit(for: document.root.value)
      guard case .value(let expected) = document.root.value.applying(edit),
        case .edited(let edited) = document.applying(edit)
      else { continue }
      #expect(edited.root.value.isSameTree(as: expected))
      document = edited
    }
  }
}
