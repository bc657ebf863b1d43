import IgniteModel
import IgniteSyntax
import Testing

/// Overlays, flags and variables, and where each value came from.
struct LoaderTests {
  private static let text = """
    [architecture]
    name = "shop"

    [settings]
    event_bus = "${BUS:-nats}"

    [resilience]
    retry = { max_attempts = 4 }

    [environments.staging.settings]
    event_bus = "redis"

    [environments.staging.services.orders]
    ports = { rest = 9000 }
    retry = { max_attempts = 7 }

    [[services]]
    name = "orders"
    type = "stateless"
    ports = { rest = 8000 }

    [[services]]
    name = "stock"
    type = "stateless"

    [[services]]
    name = "nightly"
    type = "scheduled"
    schedule = { timezone = "Europe/Berlin" }
    jobs = { tidy = { cron = "0 3 * * *" } }
    """

  private static func load(
    environment: [String: String] = [:], overlay: String? = nil, sets: [String] = []
  ) -> LoadedArchitecture {
    ArchitectureLoader(environment: environment, overlay: overlay, sets: sets)
      .load(Source(name: "shop.toml", text: text), format: .toml)
  }

  private static func explained(_ path: String, _ loaded: LoadedArchitecture) -> String {
    switch loaded.explanation(of: path) {
    case .explained(let values): values.map { $0.text(in: loaded.document.source) }.joined()
    case .refused(let diagnostic): ([diagnostic.message] + diagnostic.notes).joined(separator: "; ")
    }
  }

  @Test func putsFlagsOverOverlaysOverTheFileOverDefaults() {
    let bus = { (loaded: LoadedArchitecture) in
      loaded.architecture.settings.string("settings.event_bus")?.value
    }
    #expect(bus(Self.load()) == "nats")
    #expect(bus(Self.load(environment: ["BUS": "kafka"])) == "kafka")
    #expect(bus(Self.load(environment: ["BUS": ""])) == "nats")
    #expect(bus(Self.load(overlay: "staging")) == "redis")
    let all = Self.load(overlay: "staging", sets: ["settings.event_bus=sqs"])
    #expect(bus(all) == "sqs")
    #expect(all.diagnostics.isEmpty)
  }

  @Test func overlaysServicesByName() {
    let services = Self.load(overlay: "staging").architecture.services
    #expect(services[0].ports.map(\.number.value) == [9000])
    #expect(services[0].settings.integer("retry.max_attempts")?.value == 7)
    #expect(services[1].settings.integer("retry.max_attempts")?.value == 4)
    #expect(services.map(\.name.value) == ["orders", "stock", "nightly"])
  }

  @Test(arguments: [
    ("services.orders.ports.rest=81", "81"), ("services[0].ports.rest=81", "81"),
    ("services.orders.protocols=rest,grpc", "[\"rest\",\"grpc\"]"),
    ("services.orders.protocols=[\"rest\", \"grpc\"]", "[\"rest\",\"grpc\"]"),
    ("cloud.regions=", "[]"), ("resilience.retry.multiplier=3", "3"),
    ("security.mtls=true", "true"), ("architecture.description=a=b, c", "\"a=b, c\""),
  ]) func typesFlagsByDeclaration(flag: String, value: String) {
    let loaded = Self.load(sets: [flag])
    #expect(loaded.diagnostics.map(\.message) == [])
    let path = String(flag.prefix { $0 != "=" })
    #expect(Self.explained(path, loaded).hasPrefix("\(path.indexed) = \(value)\n"))
    #expect(Self.explained(path, loaded).contains("from: `--set \(flag)`"))
  }

  @Test(arguments: [
    ("settings.event_bus", "unknown-path"), ("setings.event_bus=a", "unknown-path"),
    ("settings=a", "unknown-path"), ("services.order.type=a", "unknown-path"),
    ("services[7].type=bff", "unknown-path"), ("settings.event_bus=rabbit", "unknown-choice"),
    ("security.mtls=yes", "wrong-type"), ("services.orders.ports.rest=0", "out-of-range"),
    ("services.orders.ports.tcp=1", "unknown-path"), ("=", "unknown-path"), ("", "unknown-path"),
  ]) func refusesFlagsThatMeanNothing(flag: String, code: String) {
    let diagnostics = Self.load(sets: [flag]).diagnostics
    #expect(diagnostics.map(\.code.description) == [code])
    #expect(diagnostics.allSatisfy { $0.primary == nil && $0.fixes.isEmpty })
  }

  @Test func tellsOfAnEnvironmentThatIsNotThere() {
    let diagnostics = Self.load(overlay: "stagin").diagnostics
    #expect(diagnostics.map(\.code) == ["unknown-environment"])
    #expect(diagnostics.first?.notes == ["there is one called `staging`"])
  }

  @Test func explainsWhereAValueCameFrom() {
    let loaded = Self.load(overlay: "staging", sets: ["settings.event_bus=sqs"])
    #expect(
      Self.explained("settings.event_bus", loaded) == """
        settings.event_bus = "sqs"
          from: `--set settings.event_bus=sqs`
          instead of: "redis", the environment `staging`, shop.toml:11:13
          instead of: "nats", the environment variable `BUS`, shop.toml:5:13
          default: "memory"
          type: one of `memory`, `postgres`, `redis`, `nats`, `kafka`, `rabbitmq`, `sqs`, `pubsub`
          help: What carries events between services; `memory` needs no server.

        """)
    #expect(
      Self.explained("services.stock.retry.max_attempts", loaded) == """
        services[1].retry.max_attempts = 4
          from: shop.toml:8:26
          taken from: `resilience.retry.max_attempts`
          default: that of `resilience.retry.max_attempts`
          type: a whole number from 1 to 20
          help: How often a call is made at most, the first time included.

        """)
  }

  @Test func explainsWholeTablesAndParts() {
    let loaded = Self.load()
    let retry = Self.explained("services[1].retry", loaded)
    #expect(retry.split(separator: "\n").filter { $0.contains(" = ") }.count == 4)
    #expect(Self.explained("services[2].jobs.tidy.cron", loaded).contains("\"0 3 * * *\""))
    #expect(Self.explained("cloud.regions", loaded).contains("from: the default"))
    #expect(Self.explained("services.stok.type", loaded).hasSuffix("one called `stock`"))
    #expect(Self.explained("cloud.primry", loaded).hasSuffix("one called `primary`"))
    #expect(Self.explained("cloud[0]", loaded) == "a number stands where no list is")
  }

  @Test func givesJobsWhatTheirScheduleSays() {
    let job = Self.load().architecture.services[2].jobs.first
    #expect(job?.timeZone.value == "Europe/Berlin")
    #expect(job?.timeoutMinutes.value == 60)
    #expect(job?.overlapPolicy.value == "skip")
  }

  @Test func explainsEveryCodeThatDecodingUses() {
    for code in ["unknown-key", "wrong-type", "shorthand", "unset-variable", "missing-key"] {
      #expect(DecodingExplanations.text(of: .init(stringLiteral: code)) != nil)
    }
    let codes = DecodingExplanations.all.map(\.code.description)
    #expect(codes == codes.sorted())
    #expect(DecodingExplanations.text(of: "no-such-code") == nil)
  }
}

extension String {
  /// The path with the number of the service `orders` for its name.
  fileprivate var indexed: String { replacing("services.orders", with: "services[0]") }
}
