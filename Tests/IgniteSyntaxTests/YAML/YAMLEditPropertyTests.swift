import IgniteSyntax
import IgniteTestSupport
import Testing

/// Every kind of edit at every place of every readable text of the yaml-test-suite.
struct YAMLEditPropertyTests {
  @Test func editsExactlyOrRefuses() throws {
    var (made, refused) = (0, 0)
    for test in try YAMLSuite.cases() {
      let document = Document.parse(test.source, format: .yaml)
      guard !document.diagnostics.contains(where: { $0.severity == .error }) else { continue }
      for edit in edits(of: document) {
        switch document.applying(edit) {
        case .edited(let edited):
          made += 1
          check(edited, after: edit, of: document)
        case .refused(let why) where why.code == "edit-lossy": refused += 1
        case .refused: break
        }
      }
    }
    // Refused are nodes with anchors or tags, comments inside flow lists, and keys after `?`.
    #expect(made == 2221)
    #expect(refused == 338)
  }

  @Test func editsWhatCannotBeReadWithoutHarm() throws {
    for test in try YAMLSuite.cases() {
      let document = Document.parse(test.source, format: .yaml)
      let edits = [ConfigEdit.set("a.b", .string("c"))] + edits(of: document)
      for edit in edits.prefix(20) { _ = document.applying(edit) }
    }
  }

  /// What an edit sets is read back, and comments elsewhere are still there.
  private func check(_ edited: Document, after edit: ConfigEdit, of document: Document) {
    #expect(!edited.diagnostics.contains { $0.severity == .error })
    switch edit {
    case .set(let path, let value): #expect(edited.root.node(at: path)?.value == value)
    case .rename(let path, let name):
      #expect(edited.root.node(at: path.parent.appending(name)) != nil)
    default: break
    }
    if case .remove = edit { return }
    for comment in comments(of: document.source) {
      #expect(edited.source.text.contains(comment), "\(document.source.text) \(edit)")
    }
  }

  /// The comment lines of a text.
  private func comments(of source: Source) -> [String] {
    source.text.split(separator: "\n").map { $0.drop { $0 == " " } }
      .filter { $0.hasPrefix("#") }.map(String.init)
  }

  private func edits(of document: Document) -> [ConfigEdit] {
    places(of: document.root, .root).flatMap { path, node in
      var edits: [ConfigEdit] = [.remove(path), .rename(path, to: "new-name")]
      if path != .root {
        edits += ["plain", "no", "# a: [b", "two\nlines\n"].map { .set(path, .string($0)) }
        edits += [.set(path, .integer(7)), .set(path, .array([.string("x"), .string("y")]))]
      }
      switch node.content {
      case .table: edits.append(.set(path.appending("added"), .boolean(true)))
      case .array(let elements):
        edits += [0, elements.count].map { .insert(path, at: $0, .string("put in")) }
        edits.append(.move(path, from: 0, to: max(0, elements.count - 1)))
      default: break
      }
      return edits
    }
  }

  private func places(
    of node: DocumentNode, _ path: ConfigPath
  ) -> [(path: ConfigPath, node: DocumentNode)] {
    let below =
      switch node.content {
      case .table(let members):
        members.flatMap { places(of: $0.node, path.appending($0.key)) }
      case .array(let elements):
        elements.enumerated().flatMap { places(of: $0.element, path.appending($0.offset)) }
      default: [(path: ConfigPath, node: DocumentNode)]()
      }
    return [(path, node)] + below
  }
}
