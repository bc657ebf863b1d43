import IgniteSyntax
import Testing

struct YAMLReadingTests {
  @Test func resolvesPlainTextsByTheCoreSchema() {
    let expected: [(String, ConfigValue)] = [
      ("true", .boolean(true)), ("False", .boolean(false)), ("12", .integer(12)),
      ("-7", .integer(-7)), ("0x1F", .integer(31)), ("0o17", .integer(15)), ("0", .integer(0)),
      ("1.5", .float(1.5)), (".5", .float(0.5)), ("1.", .float(1)), ("1e3", .float(1000)),
      ("-.inf", .float(-.infinity)), ("1_000", .string("1_000")), ("12:30", .string("12:30")),
      ("2026-11-22", .string("2026-11-22")), ("1.2.3", .string("1.2.3")), ("+", .string("+")),
      (".", .string(".")), ("0x", .string("0x")), ("'12'", .string("12")),
      ("\"a\\n\"", .string("a\n")), ("!!str 12", .string("12")), ("!!float 1", .integer(1)),
    ]
    for (text, value) in expected {
      let document = parse("k: \(text)\n")
      #expect(document.root.value == .table([ConfigMember("k", value)]), "\(text)")
      #expect(document.diagnostics == [], "\(text)")
    }
  }

  @Test func givesEveryKeyAndValueItsPlace() {
    let lines = [
      "\u{FEFF}é: 日本 # c", "list:", "  - &a 1", "  - *a", "t: |", "  x", "", "", "u: {v: w}", "",
    ]
    let document = parse(lines.joined(separator: "\r\n"))
    #expect(document.diagnostics == [])
    func text(at path: String) -> String? {
      let steps = path.split(separator: ".").map { step in
        Int(step).map(ConfigPath.Component.index) ?? .key(String(step))
      }
      return document.root.node(at: ConfigPath(steps)).map { document.source.text(in: $0.span) }
    }
    #expect(text(at: "é") == "日本")
    #expect(text(at: "list") == "- &a 1\r\n  - *a")
    #expect(text(at: "list.0") == "&a 1")
    #expect(text(at: "list.1") == "*a")
    #expect(text(at: "t") == "|\r\n  x")
    #expect(text(at: "u") == "{v: w}")
    #expect(text(at: "u.v") == "w")
    let keys = ["é", "list", "t", "u"].compactMap { document.root.member($0)?.keySpan }
    #expect(keys.map(document.source.text(in:)) == ["é", "list", "t", "u"])
  }

  @Test func saysWhatHasNoPlaceInAConfig() {
    let cases: [(String, String)] = [
      ("- a\n", "error[yaml-not-a-table]: a config is a mapping of keys to values 1:1"),
      ("1: a\n", "error[yaml-key-not-text]: the key `1` is not a text 1:1"),
      ("? [a]\n: b\n", "error[yaml-key-not-text]: a key must be a plain text 1:3"),
      ("a: 1\nb: 2\na: 3\n", "error[duplicate-key]: `a` is defined twice 3:1 (1:1)"),
      (
        "a: 1\n---\nb: 2\n",
        "error[yaml-several-documents]: the file holds more than one YAML document 2:1"
      ),
      ("a: !thing 1\n", "error[yaml-unknown-tag]: the tag `!thing` is not supported 1:4"),
      ("a: !!int x\n", "error[yaml-unknown-tag]: `x` is not what its tag says 1:4"),
      ("a: *x\n", "error[yaml-alias]: `*x` has no anchor before it 1:4"),
      ("a: &x [*x]\n", "error[yaml-alias]: `*x` contains itself 1:8"),
      ("a: &x {b: 1}\nc: {<<: *x}\n", "error[yaml-merge-key]: merge keys are not supported 2:5"),
      ("&x a: 1\n*x : 2\n", "error[yaml-key-not-text]: a key must be a plain text 2:1"),
      (
        "a: 99999999999999999999\n",
        "error[yaml-invalid-number]: `99999999999999999999` does not fit into 64 bits 1:4"
      ),
      ("a:\n", "warning[yaml-null-value]: `a` has no value 1:1"),
      ("a: [~]\n", "error[yaml-null-value]: an element of a list has no value 1:5"),
      ("a: yes\n", "warning[yaml-ambiguous-value]: `yes` is a text, not true 1:4"),
      (
        "a: 010\n",
        "warning[yaml-ambiguous-value]: `010` is a text because it starts with a zero 1:4"
      ),
      ("a:\n\tb: 1\n", "error[yaml-syntax]: found character that cannot start any token 2:1"),
      ("a: [1\n", "error[yaml-syntax]: did not find expected ',' or ']' 2:1 (1:4)"),
      ("a: \"\\q\"\n", "error[yaml-syntax]: found unknown escape character 1:5 (1:4)"),
    ]
    for (text, line) in cases { #expect(lines(of: parse(text)) == [line], "\(text)") }
  }

  @Test func keepsWhatStandsBeforeAMistake() {
    let document = parse("a: 1\nb:\n  - x\n  - {y: 2\nc: 3\n")
    #expect(document.root.node(at: ConfigPath([.key("a")]))?.value == .integer(1))
    #expect(
      document.root.node(at: ConfigPath([.key("b"), .index(0)]))?.value == .string("x"))
    #expect(document.diagnostics.map(\.code) == ["yaml-syntax"])
  }

  @Test func repeatsWhatAnAliasStandsFor() {
    let document = parse("a: &x {b: [1, 2]}\nc: *x\n")
    #expect(document.diagnostics == [])
    #expect(
      document.root.node(at: ConfigPath([.key("c")]))?.value
        == document.root.node(at: ConfigPath([.key("a")]))?.value)
  }

  @Test func readsAnEmptyTextAsAnEmptyTable() {
    for text in ["", "# only this\n", "---\n", "\u{FEFF}", "null\n", "{}"] {
      let document = parse(text)
      #expect(document.root.value == .table([]))
      #expect(document.diagnostics == [])
    }
  }

  @Test(arguments: [
    ("nul-byte", [0x61, 0x3A, 0x00]), ("invalid-utf8", [0x61, 0x3A, 0xFF]),
    ("invalid-utf8", [0xFF, 0xFE, 0x61, 0x00]), ("yaml-syntax", [0x61, 0x3A, 0x07]),
  ])
  func refusesBytesThatAreNoText(_ code: String, _ bytes: [UInt8]) {
    let document = Document.parse(Source(name: "a", bytes: bytes), format: .yaml)
    #expect(document.diagnostics.map(\.code.description) == [code])
  }

  @Test(.timeLimit(.minutes(1))) func comesToAnEndOnHostileTexts() {
    for (text, code) in hostileTexts {
      let document = parse(text)
      #expect(document.diagnostics.contains { $0.code.description == code }, "\(text.prefix(40))")
      #expect(document.diagnostics.count <= 100)
    }
  }

  private var hostileTexts: [(String, String)] {
    let levels = (1...30).map { level in
      "a\(level): &a\(level) [" + (0..<9).map { _ in "*a\(level - 1)" }.joined(separator: ",")
        + "]\n"
    }
    let laughs = "a0: &a0 [lol]\n" + levels.joined()
    let chain = (1...200).map { "c\($0): &c\($0) [[*c\($0 - 1)]]\n" }.joined()
    return [
      (laughs, "yaml-alias"),
      (laughs + "? *a30\n: 1\n", "yaml-key-not-text"),
      ("? &a [&b [&c [*a,*b],*b,*b],*a]\n: 1\n", "yaml-key-not-text"),
      ("c0: &c0 x\n" + chain, "nested-too-deeply"),
      ("a: " + String(repeating: "[", count: 100_000), "nested-too-deeply"),
      ("a:\n  " + String(repeating: "- ", count: 100_000), "nested-too-deeply"),
      ("a: " + String(repeating: "{b: ", count: 100_000), "nested-too-deeply"),
      ((0..<30_000).map { "%TAG !t\($0)! x\n" }.joined() + "--- a\n", "yaml-syntax"),
      (String(repeating: "a: 1\n", count: 5_000), "too-many-errors"),
      (String(repeating: " ", count: (16 << 20) + 1), "file-too-large"),
    ]
  }

  private func parse(_ text: String) -> Document {
    Document.parse(Source(name: "a.yaml", text: text), format: .yaml)
  }

  private func lines(of document: Document) -> [String] {
    document.diagnostics.map { diagnostic in
      let places = [diagnostic.primary].compactMap { $0 } + diagnostic.secondary
      let columns = places.map { label in
        let position = document.source.position(at: label.span.start)
        return "\(position.line):\(position.column)"
      }
      let tail = columns.count > 1 ? " (\(columns[1]))" : ""
      return "\(diagnostic.severity.rawValue)[\(diagnostic.code)]: \(diagnostic.message) "
        + columns[0] + tail
    }
  }
}
