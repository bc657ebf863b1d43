import IgniteTestSupport
import Testing

struct CheckCommandTests {
  private static let good = """
    [architecture]
    name = "shop"

    [[services]]
    name = "orders"   # the heart of it
    type = "stateless"

    """

  @Test func saysThatAllIsWell() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(Self.good, to: "a.toml")
    let outcome = try program.run(["check", "a.toml"])
    #expect(outcome.output == "a.toml: 1 service, no problems\n")
    #expect(outcome.status == 0)
  }

  @Test func readsStandardInput() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run(["check", "-"], input: Self.good)
    #expect(outcome.status == 0)
  }

  @Test func pointsAtEveryMistake() throws {
    let program = try Program()
    defer { program.remove() }
    let text = Self.good + "calls = [\"paymnets\"]\nprotocls = [\"rest\"]\n"
    try program.write(text, to: "a.toml")
    let outcome = try program.run(["check", "a.toml"])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("a.toml:7:10"))
    #expect(outcome.output.contains("error[unknown-dependency]"))
    #expect(outcome.output.contains("unknown-key"))
    #expect(!outcome.output.contains("\u{1B}"))
  }

  @Test func mendsInTheFileAndKeepsComments() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(Self.good + "protocls = [\"rest\"]\n", to: "a.toml")
    let outcome = try program.run(["check", "a.toml", "--fix"])
    #expect(outcome.errors.contains("fixed a.toml"))
    let text = try program.read("a.toml")
    #expect(text == Self.good + "protocols = [\"rest\"]\n")
  }

  @Test func writesTheSameFindingsForPrograms() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(Self.good + "calls = [\"orders\"]\n", to: "a.toml")
    let json = try program.run(["check", "a.toml", "--format", "json"])
    #expect(json.output.contains("\"code\": \"self-call\""))
    let sarif = try program.run(["check", "a.toml", "--format", "sarif"])
    #expect(sarif.output.contains("\"ruleId\": \"self-call\""))
    let github = try program.run(["check", "a.toml", "--format", "github"])
    #expect(github.output.hasPrefix("::error file=a.toml,line=7"))
    #expect([json.status, sarif.status, github.status] == [1, 1, 1])
  }

  @Test func tellsWhyAFileCannotBeRead() throws {
    let program = try Program()
    defer { program.remove() }
    let missing = try program.run(["check", "missing.toml"])
    #expect(missing.errors == "error: missing.toml: No such file or directory\n")
    #expect(missing.status == 1)
    let folder = try program.run(["check", "/.toml/.."])
    #expect(folder.status == 1)
    let other = try program.run(["check", "notes.txt"])
    #expect(other.errors.contains("the name ends in .toml, .yaml or .yml"))
  }

  @Test func colorsOnlyForATerminalThatWantsThem() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(Self.good + "calls = [\"orders\"]\n", to: "a.toml")
    let arguments = ["check", "a.toml"]
    let color = try program.runInTerminal(arguments, environment: ["TERM": "xterm-256color"])
    #expect(color.output.contains("\u{1B}["))
    let plain = try program.runInTerminal(
      arguments, environment: ["TERM": "xterm-256color", "NO_COLOR": "1"])
    #expect(!plain.output.contains("\u{1B}"))
    let dumb = try program.runInTerminal(arguments, environment: ["TERM": "dumb"])
    #expect(!dumb.output.contains("\u{1B}"))
  }
}
