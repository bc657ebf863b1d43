import Foundation
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteGenerator

/// Hostile text goes through each encoder; a parser of the language must read the same text back.
struct EncoderTests {
  /// The samples that an encoder takes, each with its encoding.
  private func encoded(_ name: String) throws -> [(value: String, text: String)] {
    let encoder = try #require(Encoders.named(name))
    return HostileText.samples.compactMap { value in
      var out: [UInt8] = []
      guard encoder.write(.text(value), &out) == nil else { return nil }
      return (value, String(decoding: out, as: UTF8.self))
    }
  }

  private func python(_ script: String, _ input: String) throws -> [String] {
    let outcome = try Tool.run("python3", ["-c", script], input: Data(input.utf8))
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try JSONDecoder().decode([String].self, from: outcome.output)
  }

  private func expectSame(
    _ read: [String], _ written: [String], _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(read.count == written.count, sourceLocation: location)
    for (left, right) in zip(read, written) where Array(left.utf8) != Array(right.utf8) {
      Issue.record("\(right.debugDescription) was read as \(left.debugDescription)")
    }
  }

  @Test func eachEncoderHasANameOfItsLanguage() {
    #expect(Set(Encoders.all.map(\.name)).count == Encoders.all.count)
    #expect(Encoders.all.allSatisfy { $0.name.contains(".") })
  }

  @Test func toml() throws {
    let values = try encoded("toml.str")
    let keys = try encoded("toml.key")
    #expect(values.count == HostileText.samples.count)
    let text =
      "values = [\n" + values.map { "\($0.text),\n" }.joined() + "]\n"
      + keys.enumerated().map { "[keys.a\($0)]\n\($1.text) = 1\n" }.joined()
    let script = """
      import json, sys, tomllib
      data = tomllib.loads(sys.stdin.buffer.read().decode())
      keys = [next(iter(data["keys"]["a%d" % i])) for i in range(len(data["keys"]))]
      print(json.dumps(data["values"] + keys))
      """
    expectSame(try python(script, text), values.map(\.value) + keys.map(\.value))
  }

  @Test(arguments: ["yaml.str", "compose.str", "actions.str"]) func yaml(name: String) throws {
    let values = try encoded(name)
    let text = values.map { "- \($0.text)\n" }.joined() + values.map { "- [\($0.text)]\n" }.joined()
    let document = Document.parse(Source(name: "x.yaml", text: "all:\n" + text), format: .yaml)
    #expect(document.diagnostics.isEmpty)
    let all = try #require(document.root.member("all")).node.value
    guard case .array(let read) = all else {
      Issue.record("\(all)")
      return
    }
    let expected = values.map { ConfigValue.string(interpreted($0.value, in: name)) }
    #expect(read.prefix(values.count).elementsEqual(expected))
    #expect(read.dropFirst(values.count).elementsEqual(expected.map { .array([$0]) }))
  }

  /// What the reader of the YAML is given, before it replaces variables.
  private func interpreted(_ value: String, in encoder: String) -> String {
    encoder == "compose.str" ? value.replacingOccurrences(of: "$", with: "$$") : value
  }

  @Test func json() throws {
    let values = try encoded("json.str")
    #expect(values.count == HostileText.samples.count)
    let text = "[\n" + values.map(\.text).joined(separator: ",\n") + "]\n"
    let script = """
      import json, sys
      print(json.dumps(json.loads(sys.stdin.buffer.read().decode())))
      """
    expectSame(try python(script, text), values.map(\.value))
  }

  @Test func python() throws {
    let values = try encoded("py.str")
    #expect(values.count == HostileText.samples.count)
    let text = "[\n" + values.map(\.text).joined(separator: ",\n") + "]\n"
    let script = """
      import ast, json, sys
      print(json.dumps(ast.literal_eval(sys.stdin.buffer.read().decode())))
      """
    expectSame(try python(script, text), values.map(\.value))
  }

  @Test func sql() throws {
    let values = try encoded("sql.str")
    let names = try encoded("sql.ident")
    let refused = HostileText.samples.filter { $0.unicodeScalars.contains("\0") }
    #expect(values.count == HostileText.samples.count - refused.count)
    let lines =
      values.map { "SELECT \($0.text)" } + names.map { "SELECT name AS \($0.text) FROM t" }
    let input = String(decoding: try JSONEncoder().encode(lines), as: UTF8.self)
    let script = """
      import json, sqlite3, sys
      connection = sqlite3.connect(":memory:")
      connection.execute("CREATE TABLE t (name TEXT)")
      read = []
      for line in json.loads(sys.stdin.buffer.read().decode()):
        cursor = connection.execute(line)
        row = cursor.fetchone()
        read.append(cursor.description[0][0] if row is None else row[0])
      print(json.dumps(read))
      """
    expectSame(try python(script, input), values.map(\.value) + names.map(\.value))
  }

  @Test func shell() throws {
    let words = try encoded("sh.word")
    let refused = HostileText.samples.filter { $0.unicodeScalars.contains("\0") }
    #expect(words.count == HostileText.samples.count - refused.count)
    let script = words.map { "printf '%s\\0' \($0.text)\n" }.joined()
    let outcome = try Tool.run("sh", ["-s"], input: Data(script.utf8))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let read = outcome.output.split(separator: 0, omittingEmptySubsequences: false).dropLast()
    expectSame(read.map { String(decoding: $0, as: UTF8.self) }, words.map(\.value))
  }

  @Test func environmentFiles() throws {
    let values = try encoded("env.value")
    #expect(values.count > HostileText.pieces.count / 2)
    let file = values.enumerated().map { "V\($0)=\($1.text)\n" }.joined()
    let prints = values.indices.map { "printf '%s\\0' \"$V\($0)\"\n" }.joined()
    let outcome = try Tool.run("sh", ["-s"], input: Data((file + prints).utf8))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let read = outcome.output.split(separator: 0, omittingEmptySubsequences: false).dropLast()
    expectSame(read.map { String(decoding: $0, as: UTF8.self) }, values.map(\.value))
  }

  @Test func makefiles() throws {
    let words = try encoded("make.word")
    #expect(words.count > 1)
    let rules = words.map { "\t@printf '%s\\0' \($0.text)\n" }.joined()
    let outcome = try Tool.run("make", ["-s", "-f", "-"], input: Data("all:\n\(rules)".utf8))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let read = outcome.output.split(separator: 0, omittingEmptySubsequences: false).dropLast()
    expectSame(read.map { String(decoding: $0, as: UTF8.self) }, words.map(\.value))
  }

  @Test func urls() throws {
    let segments = try encoded("url.segment")
    let input = String(decoding: try JSONEncoder().encode(segments.map(\.text)), as: UTF8.self)
    let script = """
      import json, sys, urllib.parse as url
      segments = json.loads(sys.stdin.buffer.read().decode())
      paths = [url.urlsplit("http://host/%s/end?q" % segment).path for segment in segments]
      assert all(path.count("/") == 2 for path in paths)
      print(json.dumps([url.unquote(path[1:-4]) for path in paths]))
      """
    expectSame(try python(script, input), segments.map(\.value))
  }

  @Test func actionsNeverHoldAnExpression() throws {
    let values = try encoded("actions.str")
    #expect(values.count < HostileText.samples.count)
    #expect(values.allSatisfy { !$0.text.contains("${{") })
  }

  @Test func paths() throws {
    for (value, text) in try encoded("path.segment") {
      #expect(value == text && value != ".." && !value.contains("/"))
    }
  }

  @Test(arguments: [
    "rust.comment", "hcl.comment", "yaml.comment", "toml.comment", "sh.comment", "sql.comment",
    "docker.comment", "make.comment", "env.comment", "py.comment", "proto.comment", "rust.doc",
  ]) func commentsStayComments(name: String) throws {
    let encoder = try #require(Encoders.named(name))
    guard case .afterCommentMark(let marks) = encoder.placement else {
      Issue.record("\(name) asks for no comment mark")
      return
    }
    for sample in HostileText.samples {
      var out = Array("code\n  \(marks[0]) ".utf8)
      #expect(encoder.write(.text(sample), &out) == nil)
      let scalars = String(decoding: out, as: UTF8.self).unicodeScalars
      let lines = scalars.split(omittingEmptySubsequences: false) { Scalars.isLineEnd($0) }
      #expect(lines.dropFirst().allSatisfy { $0.starts(with: "  \(marks[0])".unicodeScalars) })
      #expect(!scalars.contains { Scalars.isHidden($0) && $0 != "\n" })
    }
  }

  @Test func markdown() throws {
    for (value, text) in try encoded("md.text") {
      #expect(!text.contains("\n"))
      var isEscaped = false
      for scalar in text.unicodeScalars {
        if "<>[]`*_#|!{}".unicodeScalars.contains(scalar) {
          #expect(isEscaped, "\(value.debugDescription) gave \(text)")
        }
        isEscaped = scalar == "\\" && !isEscaped
      }
    }
    for (_, text) in try encoded("md.code") { #expect(!text.contains("\n")) }
  }
}
