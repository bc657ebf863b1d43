import Foundation
import IgniteTestSupport
import Testing

struct InspectionCommandTests {
  private static let config = """
    [architecture]
    name = "shop"

    [[services]]
    name = "orders"
    type = "stateless"
    calls = ["stock"]

    [[services.entities]]
    name = "Order"
    fields = { total = "i64" }

    [[services]]
    name = "stock"
    type = "stateless"
    protocols = ["rest"]

    [[services.entities]]
    name = "Item"
    fields = { count = "i64" }

    [environments.production.settings]
    event_bus = "redis"

    """

  private func program() throws -> Program {
    let program = try Program()
    try program.write(Self.config, to: "architecture.toml")
    return program
  }

  @Test(arguments: ["unicode", "ascii", "dot", "mermaid", "json"])
  func drawsTheGraph(format: String) throws {
    let program = try program()
    defer { program.remove() }
    let outcome = try program.run(["graph", "architecture.toml", "--format", format])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("orders"))
    #expect(outcome.output.contains("stock"))
    if format == "ascii" { #expect(outcome.output.utf8.allSatisfy { $0 < 0x80 }) }
  }

  @Test func tellsChainsAndWhoFails() throws {
    let program = try program()
    defer { program.remove() }
    let path = try program.run(["graph", "architecture.toml", "--critical-path"])
    #expect(path.output.hasPrefix("orders -> stock\n"))
    let radius = try program.run(["graph", "architecture.toml", "--blast-radius", "stock"])
    #expect(radius.output.contains("fail too: orders"))
  }

  @Test func explainsAValueByEnvironmentAndFlag() throws {
    let program = try program()
    defer { program.remove() }
    let arguments = ["explain-value", "settings.event_bus"]
    #expect(try program.run(arguments).output.contains("\"memory\""))
    let production = try program.run(arguments + ["--env", "production"])
    #expect(production.output.contains("\"redis\""))
    #expect(production.output.contains("architecture.toml:23:13"))
    let flag = try program.run(arguments + ["--set", "settings.event_bus=postgres"])
    #expect(flag.output.contains("\"postgres\""))
  }

  @Test func explainsCodes() throws {
    let program = try program()
    defer { program.remove() }
    let codes = try program.run(["explain"]).output.split(separator: "\n").map(String.init)
    #expect(codes.count > 60)
    #expect(codes == codes.sorted())
    #expect(Set(codes).count == codes.count)
    #expect(try program.run(["explain", "call-cycle"]).output.hasPrefix("call-cycle\n"))
    let unknown = try program.run(["explain", "cal-cycle"])
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("Did you mean `call-cycle`?"))
  }

  @Test func printsTheLanguage() throws {
    let program = try program()
    defer { program.remove() }
    let schema = try program.run(["schema"])
    let object = try JSONSerialization.jsonObject(with: Data(schema.output.utf8)) as? [String: Any]
    #expect(object?["$schema"] as? String == "http://json-schema.org/draft-07/schema#")
    #expect(try program.run(["schema", "--format", "markdown"]).output.contains("`event_bus`"))
  }

  /// `allframe schema --format markdown > docs/reference.md` mends it.
  @Test func theReferenceIsTrue() throws {
    let program = try program()
    defer { program.remove() }
    let file = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/reference.md")
    let outcome = try program.run(["schema", "--format", "markdown"])
    #expect(outcome.output == (try String(contentsOf: file, encoding: .utf8)))
  }

  @Test func listsWhatCanBeBuilt() throws {
    let program = try program()
    defer { program.remove() }
    #expect(try program.run(["list", "archetypes"]).output.contains("\nstateless "))
    #expect(try program.run(["list", "templates"]).output.contains("shop"))
    let unknown = try program.run(["list", "archetype"])
    #expect(unknown.errors.contains("Did you mean `archetypes`?"))
  }

  @Test func tidiesOnlyBlanks() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("# mine\n[architecture]\nname   =  \"a\"  # why\n\n\n\n", to: "a.toml")
    #expect(try program.run(["fmt", "--check", "a.toml"]).status == 1)
    #expect(try program.run(["fmt", "a.toml"]).status == 0)
    #expect(try program.read("a.toml") == "# mine\n[architecture]\nname = \"a\"  # why\n")
    #expect(try program.run(["fmt", "--check", "a.toml"]).status == 0)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func printsCompletions(shell: String) throws {
    let program = try program()
    defer { program.remove() }
    let outcome = try program.run(["completions", shell])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("explain-value"))
  }
}
