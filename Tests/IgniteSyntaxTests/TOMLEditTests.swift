import IgniteSyntax
import Testing

/// Edits as pictures: the text before, the edit, the text after.
struct TOMLEditTests {
  // MARK: Set

  @Test func replacesAScalarAndKeepsItsComment() {
    expect("a = 1  # one\n", .set("a", .integer(2)), "a = 2  # one\n")
    expect("a = 'x'\r\n", .set("a", .string("y")), "a = 'y'\r\n")
    expect("a = 'x'", .set("a", .string("it's")), "a = \"it's\"")
  }

  @Test func leavesTheTextAloneWhenNothingChanges() {
    expect("a = 0x10 # hex\n", .set("a", .integer(16)), "a = 0x10 # hex\n")
    expect("a = nan\n", .set("a", .float(.nan)), "a = nan\n")
  }

  @Test func addsAKeyBelowTheLastOfItsTable() {
    expect(
      "[a]\n  x = 1 # one\n\n[b]\n", .set("a.y", .integer(2)),
      "[a]\n  x = 1 # one\n  y = 2\n\n[b]\n")
    expect("[a]\n[b]\n", .set("a.y", .integer(2)), "[a]\ny = 2\n[b]\n")
    expect("[a]\nx = 1", .set("a.y", .integer(2)), "[a]\nx = 1\ny = 2")
    expect("x    = 1\nlong = 2\n", .set("y", .integer(3)), "x    = 1\nlong = 2\ny    = 3\n")
  }

  @Test func addsAKeyToADottedTable() {
    expect("a.x = 1\nb = 2\n", .set("a.y", .integer(3)), "a.x = 1\na.y = 3\nb = 2\n")
    expect(
      "v = { a.x = 1, b = 2 }\n", .set("v.a.y", .integer(3)), "v = { a.x = 1, b = 2, a.y = 3 }\n")
  }

  @Test func addsAKeyToAnInlineTable() {
    expect(
      "p = { rest = 1 } # p\n", .set("p.grpc", .integer(2)), "p = { rest = 1, grpc = 2 } # p\n")
    expect("p = {}\n", .set("p.grpc", .integer(2)), "p = { grpc = 2 }\n")
    expect(
      "p = {\n  a = 1, # one\n  b = 2 # two\n}\n", .set("p.c", .integer(3)),
      "p = {\n  a = 1, # one\n  b = 2, # two\n  c = 3\n}\n")
  }

  @Test func addsAKeyToTheRootAboveTheFirstHeader() {
    expect(
      "# file\n\n# about a\n[a]\n", .set("x", .integer(1)), "# file\n\nx = 1\n\n# about a\n[a]\n")
    expect("", .set("x", .integer(1)), "x = 1\n")
    expect("\u{FEFF}[a]\n", .set("x", .integer(1)), "\u{FEFF}x = 1\n\n[a]\n")
  }

  @Test func addsMissingTablesInTheIdiomOfTheFile() {
    expect(
      "[[services]]\nname = \"a\"\nports = { rest = 1 }\n\n[[services]]\nname = \"b\"\n",
      .set("services[1].ports.rest", .integer(2)),
      "[[services]]\nname = \"a\"\nports = { rest = 1 }\n\n[[services]]\nname = \"b\"\nports = { rest = 2 }\n"
    )
    expect(
      "[[services]]\nname = \"a\"\n[services.database]\ntype = \"x\"\n\n[[services]]\nname = \"b\"\n",
      .set("services[1].database.type", .string("y")),
      "[[services]]\nname = \"a\"\n[services.database]\ntype = \"x\"\n\n[[services]]\nname = \"b\"\n\n"
        + "[services.database]\ntype = \"y\"\n")
    expect("[a]\nx = 1\n", .set("b.c", .integer(1)), "[a]\nx = 1\n\n[b]\nc = 1\n")
    expect("[a.b]\nx = 1\n", .set("a.c", .integer(1)), "[a]\nc = 1\n\n[a.b]\nx = 1\n")
  }

  @Test func changesOnlyWhatDiffersInAList() {
    expect(
      "a = [\n  1, # one\n  2, # two\n]\n", .set("a", .array([.integer(1), .integer(3)])),
      "a = [\n  1, # one\n  3, # two\n]\n")
    expect(
      "a = [\n  1, # one\n  2 # two\n]\n",
      .set("a", .array([.integer(1), .integer(2), .integer(3)])),
      "a = [\n  1, # one\n  2, # two\n  3\n]\n")
  }

  // MARK: Insert

  @Test func insertsElements() {
    expect("a = [1, 3]\n", .insert("a", at: 1, .integer(2)), "a = [1, 2, 3]\n")
    expect("a = [1, 2]\n", .insert("a", at: 2, .integer(3)), "a = [1, 2, 3]\n")
    expect("a = [1, 2,]\n", .insert("a", at: 2, .integer(3)), "a = [1, 2, 3,]\n")
    expect("a = []\n", .insert("a", at: 0, .integer(1)), "a = [1]\n")
    expect(
      "a = [\n  # about 1\n  1,\n]\n", .insert("a", at: 0, .integer(0)),
      "a = [\n  0,\n  # about 1\n  1,\n]\n")
  }

  @Test func appendsAnElementBelowTheSectionsOfTheLast() {
    let service: ConfigValue = .table([ConfigMember("name", .string("b"))])
    expect(
      "[[s]]\nname = \"a\"\n[s.db]\nx = 1\n\n[other]\ny = 1\n", .insert("s", at: 1, service),
      "[[s]]\nname = \"a\"\n[s.db]\nx = 1\n\n[[s]]\nname = \"b\"\n\n[other]\ny = 1\n")
    expect("", .insert("s", at: 0, service), "[[s]]\nname = \"b\"\n")
    expect(
      "# about a\n[[s]]\nname = \"a\"\n", .insert("s", at: 0, service),
      "[[s]]\nname = \"b\"\n\n# about a\n[[s]]\nname = \"a\"\n")
  }

  // MARK: Remove

  @Test func removesAStatementWithItsComments() {
    expect("a = 1\n# about b\nb = 2 # two\nc = 3\n", .remove("b"), "a = 1\nc = 3\n")
    expect("# file\n\n# about a\na = 1\n\nb = 2\n", .remove("a"), "# file\n\nb = 2\n")
    expect(
      "a = \"\"\"\n# no comment\"\"\"\nb = 1\n", .remove("b"), "a = \"\"\"\n# no comment\"\"\"\n")
  }

  @Test func removesATableWithAllItsSections() {
    expect("[a]\nx = 1\n\n[b]\ny = 1\n\n[a.c]\nz = 1\n", .remove("a"), "[b]\ny = 1\n")
    expect("[a]\nx = 1\n# y = 2\n\n# about b\n[b]\n", .remove("a"), "# about b\n[b]\n")
  }

  @Test func leavesAnEmptyTableBehindTheLastDottedKey() {
    expect("a.b = 1 # x\nc = 2\n", .remove("a.b"), "a = {} # x\nc = 2\n")
    expect("[a.b]\nx = 1\n\n[c]\n", .remove("a.b"), "[a]\n\n[c]\n")
  }

  @Test func removesElements() {
    expect("a = [1, 2, 3]\n", .remove("a[1]"), "a = [1, 3]\n")
    expect("a = [1, 2, 3]\n", .remove("a[2]"), "a = [1, 2]\n")
    expect("a = [ 1 ]\n", .remove("a[0]"), "a = []\n")
    expect(
      "a = [\n  1, # one\n  # about 2\n  2, # two\n  3\n]\n", .remove("a[1]"),
      "a = [\n  1, # one\n  3\n]\n")
    expect("a = [\n  1,\n  2 # two\n]\n", .remove("a[1]"), "a = [\n  1\n]\n")
    expect("[[s]]\nx = 1\n\n[[s]]\nx = 2\n\n[t]\n", .remove("s[0]"), "[[s]]\nx = 2\n\n[t]\n")
    expect("a = 1\n\n[[s]]\nx = 1\n", .remove("s[0]"), "a = 1\ns = []\n")
    expect("p = { a = 1, b = 2 }\n", .remove("p.b"), "p = { a = 1 }\n")
    expect("p = { a = 1 }\n", .remove("p.a"), "p = {}\n")
  }

  // MARK: Move and rename

  @Test func movesElementsWithTheirComments() {
    expect("a = [1, 2, 3] # x\n", .move("a", from: 0, to: 2), "a = [2, 3, 1] # x\n")
    expect(
      "a = [\n  # one\n  1,\n  2 # two\n]\n", .move("a", from: 0, to: 1),
      "a = [\n  2, # two\n  # one\n  1\n]\n")
    expect(
      "# first\n[[s]]\nx = 1\n[s.d]\ny = 1\n\n\n# second\n[[s]]\nx = 2", .move("s", from: 1, to: 0),
      "# second\n[[s]]\nx = 2\n\n\n# first\n[[s]]\nx = 1\n[s.d]\ny = 1")
  }

  @Test func movesElementsOverForeignSections() {
    expect(
      "[[s]]\nx = 1\n[t]\n[[s]]\nx = 2\n", .move("s", from: 0, to: 1),
      "[[s]]\nx = 2\n[t]\n[[s]]\nx = 1\n")
  }

  @Test func renamesAKeyWhereverItIsWritten() {
    expect("[a]\nx = 1\n[a.b]\n[[a.c]]\n", .rename("a", to: "d"), "[d]\nx = 1\n[d.b]\n[[d.c]]\n")
    expect(
      "\"a\".b = 1\na.c = { d = 1 }\n", .rename("a", to: "e f"),
      "\"e f\".b = 1\n\"e f\".c = { d = 1 }\n")
    expect("p = { a = 1 }\n", .rename("p.a", to: "b"), "p = { b = 1 }\n")
  }

  // MARK: Refusals

  @Test(arguments: [
    ("a = 1\n", ConfigEdit.set("a.b", .integer(1)), Diagnostic.Code("edit-not-a-table")),
    ("a = 1\n", .remove("b"), "edit-unknown-path"),
    ("a = [1]\n", .insert("a", at: 2, .integer(1)), "edit-out-of-range"),
    ("a = 1\nb = 2\n", .rename("a", to: "b"), "edit-key-exists"),
    ("a = 1\n", .move("a", from: 0, to: 0), "edit-not-a-list"),
    ("a = 1\n", .remove(""), "edit-root"),
    ("[[s]]\nx = 1\n[t]\n[s.d]\n[[s]]\n", .move("s", from: 0, to: 1), "edit-lossy"),
  ])
  func refusesWhatCannotBeDone(_ text: String, _ edit: ConfigEdit, _ code: Diagnostic.Code) {
    guard case .refused(let diagnostic) = document(text).applying(edit) else {
      Issue.record("\(edit) was made")
      return
    }
    #expect(diagnostic.code == code)
  }

  private func document(_ text: String) -> Document {
    Document.parse(Source(name: "a.toml", text: text), format: .toml)
  }

  private func expect(
    _ before: String, _ edit: ConfigEdit, _ after: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    switch document(before).applying(edit) {
    case .edited(let document):
      #expect(document.source.text == after, sourceLocation: location)
    case .refused(let diagnostic):
      Issue.record("refused: \(diagnostic.message)", sourceLocation: location)
    }
  }
}

extension ConfigPath: ExpressibleByStringLiteral {
  /// Takes a path as a person writes it; the root for the empty text.
  init(stringLiteral text: String) {
    if case .path(let path) = ConfigPath.parse(text) { self = path } else { self = .root }
  }
}
