import IgniteTestSupport
import Testing

struct CommandLineTests {
  @Test func tellsItsVersion() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run(["--version"])
    #expect(outcome.status == 0)
    #expect(outcome.output == "0.2.0\n")
  }
}
