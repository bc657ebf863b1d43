import IgniteModel
import IgniteSyntax
import Testing

/// Configs of a size that only a mistake or malice makes are still answered at once.
struct LargeConfigTests {
  private static let head = "[architecture]\nname = \"shop\"\n"

  private static func load(_ text: String) -> LoadedArchitecture {
    ArchitectureLoader().load(Source(name: "a.toml", text: head + text), format: .toml)
  }

  @Test(.timeLimit(.minutes(1))) func stopsTellingAfterAHundredProblems() {
    let keys = (0..<30_000).map { "key_\($0) = 1\n" }.joined()
    let loaded = Self.load("[settings]\n" + keys)
    #expect(loaded.diagnostics.count == 101)
    #expect(loaded.diagnostics.last?.code == "more-problems")
  }

  @Test(.timeLimit(.minutes(1))) func bindsThousandsOfEvents() {
    let names = (0..<5_000).map { "\"Thing\($0)\"" }.joined(separator: ",")
    let events = (0..<5_000).map { "\"Thing\($0)Created\"" }.joined(separator: ",")
    let text = """
      [[services]]
      name = "a"
      type = "stateless"
      publishes = [\(events)]
      entities = [\(names)]
      """
    let resolved = ResolvedArchitecture(Self.load(text).architecture)
    #expect(resolved.events.count == 5_000)
    #expect(resolved.events.allSatisfy { $0.binding?.change == .create })
  }

  @Test(.timeLimit(.minutes(1))) func resolvesMoreServicesThanThereArePorts() {
    let services = (0..<7_000).map { "[[services]]\nname = \"s-\($0)\"\ntype = \"stateless\"\n" }
    let resolved = ResolvedArchitecture(Self.load(services.joined()).architecture)
    #expect(resolved.services.count == 7_000)
    #expect(Set(resolved.services.flatMap(\.ports).map(\.number)).count == 6_000)
  }
}
