import Foundation
import IgniteTestSupport
import Testing

struct IgniteCommandTests {
  private static let config = """
    [architecture]
    name = "shop"

    [[services]]
    name = "orders"
    type = "stateless"

    [[services.entities]]
    name = "Order"
    fields = { total = "i64" }

    """
  private static let ignite = [
    "ignite", "--config", "a.toml", "--out", "shop", "--yes", "--no-format",
  ]

  private func generated() throws -> Program {
    let program = try Program()
    try program.write(Self.config, to: "a.toml")
    #expect(try program.run(Self.ignite).status == 0)
    return program
  }

  @Test func generatesAPlatformWithItsConfig() throws {
    let program = try generated()
    defer { program.remove() }
    #expect(try program.read("shop/architecture.toml") == Self.config)
    #expect(try program.read("shop/services/orders/Cargo.toml").contains("name = \"orders\""))
    let again = try program.run(Self.ignite)
    #expect(again.status == 0)
    #expect(again.output.contains("unchanged"))
    #expect(!again.output.contains("created"))
  }

  @Test func tellsByItsExitStatusWhetherThereIsSomethingToDo() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(Self.config, to: "a.toml")
    let dry = try program.run(Self.ignite + ["--dry-run"])
    #expect(dry.status == 2)
    #expect(dry.output.contains("Cargo.toml"))
    #expect(!FileManager.default.fileExists(atPath: program.folder.path + "/shop"))
    #expect(try program.run(Self.ignite).status == 0)
    #expect(try program.run(Self.ignite + ["--dry-run"]).status == 0)
  }

  @Test func showsTheDifferenceThatItThenMakes() throws {
    let program = try generated()
    defer { program.remove() }
    try program.write(
      Self.config.replacingOccurrences(of: "total", with: "total_cents"), to: "a.toml")
    let diff = try program.run(Self.ignite + ["--diff"])
    #expect(diff.status == 2)
    #expect(diff.output.contains("-fields = { total = \"i64\" }"))
    #expect(diff.output.contains("+fields = { total_cents = \"i64\" }"))
    #expect(try program.read("shop/architecture.toml") == Self.config)
    let json = try program.run(Self.ignite + ["--dry-run", "--format", "json"])
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(object?["pending"] as? Bool == true)
  }

  @Test func neverOverwritesWhatAPersonChanged() throws {
    let program = try generated()
    defer { program.remove() }
    try program.write("mine\n", to: "shop/README.md")
    try program.write(
      Self.config.replacingOccurrences(of: "\"orders\"", with: "\"sales\""), to: "a.toml")
    let outcome = try program.run(Self.ignite)
    #expect(outcome.status == 3)
    #expect(outcome.errors.contains("conflict: README.md"))
    #expect(try program.read("shop/README.md") == "mine\n")
    let beside = try program.run(Self.ignite + ["--conflict", "side-by-side"])
    #expect(beside.status == 0)
    #expect(try program.read("shop/README.md") == "mine\n")
    #expect(try program.read("shop/README.md.allframe-new").contains("sales"))
  }

  @Test func startsFromANameAndGoesOnFromItsConfig() throws {
    let program = try Program()
    defer { program.remove() }
    let first = try program.run(["ignite", "depot", "--yes", "--no-format"])
    #expect(first.status == 0)
    #expect(first.output.contains("cd depot && cargo run -p dev"))
    let config = try program.read("depot/architecture.toml")
    #expect(config.contains("name = \"depot\""))
    try program.write(
      config.replacingOccurrences(of: "\"journal\"", with: "\"diary\""),
      to: "depot/architecture.toml")
    #expect(try program.run(["ignite", "depot", "--yes", "--no-format"]).status == 0)
    #expect(try program.read("depot/services/diary/Cargo.toml").contains("name = \"diary\""))
  }

  @Test func goesOnFromThePlatformThatItMadeWithoutAName() throws {
    let program = try Program()
    defer { program.remove() }
    let arguments = ["ignite", "--yes", "--no-format"]
    #expect(try program.run(arguments).status == 0)
    let config = try program.read("my-platform/architecture.toml") + "# mine\n"
    try program.write(config, to: "my-platform/architecture.toml")
    #expect(try program.run(arguments).status == 0)
    #expect(try program.read("my-platform/architecture.toml") == config)
  }

  @Test func writesFlagsIntoANewConfig() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run(
      ["ignite", "--template", "shop", "--set", "settings.event_bus=redis", "--no-format"])
    #expect(outcome.status == 0)
    let config = try program.read("shop/architecture.toml")
    #expect(config.contains("event_bus = \"redis\"          # postgres and redis"))
  }

  @Test func refusesWhatNothingBuilds() throws {
    let program = try Program()
    defer { program.remove() }
    let config = Self.config.replacing(
      "type = \"stateless\"", with: "type = \"stateless\"\ndatabase = { type = \"mysql\" }")
    try program.write(config, to: "a.toml")
    let outcome = try program.run(Self.ignite)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("not-in-catalog"))
    #expect(!FileManager.default.fileExists(atPath: program.folder.path + "/shop"))
  }

  @Test func saysWhatAnEmptyNameOrUnknownTemplateShouldBe() throws {
    let program = try Program()
    defer { program.remove() }
    let name = try program.run(["ignite", "../escape", "--no-format"])
    #expect(name.status == 1)
    #expect(name.errors.contains("error["))
    let template = try program.run(["ignite", "--template", "shpo"])
    #expect(template.status == 64)
    #expect(template.errors.contains("Did you mean `shop`?"))
  }

  @Test func asksBeforeItWritesIntoAFolderInUse() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(Self.config, to: "a.toml")
    try program.write("mine\n", to: "shop/notes.txt")
    let arguments = ["ignite", "--config", "a.toml", "--out", "shop", "--no-format"]
    let outcome = try program.runInTerminal(
      arguments, environment: ["TERM": "xterm"], input: "n\n")
    #expect(outcome.output.contains("Write"))
    #expect(outcome.output.contains("nothing was written"))
    #expect(!FileManager.default.fileExists(atPath: program.folder.path + "/shop/Cargo.toml"))
  }

  @Test func aNewRunIsTheSameToTheByte() throws {
    let program = try generated()
    defer { program.remove() }
    var other = Self.ignite
    other[4] = "again"
    #expect(try program.run(other).status == 0)
    let difference = Process()
    difference.executableURL = URL(fileURLWithPath: "/usr/bin/diff")
    difference.arguments = ["-r", "shop", "again"]
    difference.currentDirectoryURL = program.folder
    try difference.run()
    difference.waitUntilExit()
    #expect(difference.terminationStatus == 0)
  }
}
