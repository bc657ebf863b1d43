import Foundation
import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

/// What is made for AWS: which modules, for which services, and what each may do. Terraform itself reads
/// all of it in `scripts/infra/aws.sh`.
struct AWSTests {
  private static let head = """
    [architecture]
    name = "shop"
    [settings]
    event_bus = "redis"
    default_database = "postgres"
    [cloud]
    primary = "aws"

    """
  private static let root = "infrastructure/terraform/"

  private func modules(_ plan: CloudPlan) -> [String] {
    let parts = plan.paths(below: Self.root + "modules/")
      .compactMap { $0.dropFirst(Self.root.count + 8).split(separator: "/").first.map(String.init) }
    return Set(parts).sorted()
  }

  @Test func onlyModulesThatAreUsedAreMade() {
    let quiet = CloudPlan(
      Self.head + """
        [[services]]
        name = "front"
        type = "stateless"
        """)
    #expect(
      modules(quiet) == [
        "fargate-service", "load-balancer", "network", "observability", "registry", "waf",
      ])
    #expect(!quiet.paths(below: Self.root + "aws/").contains(Self.root + "aws/database.tf"))
    let busy = CloudPlan(
      Self.head + """
        [deployment]
        strategy = "canary"
        [[services]]
        name = "front"
        type = "stateless"
        publishes = ["NoteTaken"]
        entities = [{ name = "Note", fields = { text = "text" } }]
        """)
    #expect(
      modules(busy) == [
        "cache", "canary-deployment", "fargate-service", "load-balancer", "network",
        "observability", "postgres", "registry", "waf",
      ])
  }

  /// A rule cannot be there twice, so a database and a bus of the same kind share theirs.
  @Test func eachServerIsLetThroughOnce() {
    let service = """
      [[services]]
      name = "notes"
      type = "stateless"
      publishes = ["NoteTaken"]
      entities = [{ name = "Note", fields = { body = "text" } }]
      """
    let buses = [
      ("postgres", ["5432"]), ("redis", ["5432", "6379"]), ("kafka", ["5432", "9096"]),
      ("sqs", ["5432"]),
    ]
    for (bus, ports) in buses {
      let head = Self.head.replacing("\"redis\"", with: "\"\(bus)\"")
      let main = CloudPlan(head + service).text(Self.root + "aws/main.tf")
      let rules = main.split(separator: "\n").drop { !$0.contains("egress = {") }.dropFirst()
        .prefix { !$0.contains("}") }
      #expect(rules.map { String($0.suffix(4)) } == ports, "\(bus)")
    }
  }

  /// What has no bus neither reaches Kafka nor knows its password, and what has one is no function.
  @Test func onlyWhoUsesKafkaReachesIt() throws {
    let plan = CloudPlan(
      Self.head.replacing("\"redis\"", with: "\"kafka\"") + """
        [cloud.aws]
        runtime = "lambda"
        [[services]]
        name = "notes"
        type = "stateless"
        publishes = ["NoteTaken"]
        messaging = { pattern = "direct" }
        [[services]]
        name = "sums"
        type = "stateless"
        """)
    #expect(modules(plan).contains("msk") && !modules(plan).contains("messaging"))
    let services = plan.text(Self.root + "aws/main.tf").components(separatedBy: "module \"service_")
    let (notes, sums) = (
      try #require(services.first { $0.hasPrefix("notes\"") }),
      try #require(services.first { $0.hasPrefix("sums\"") })
    )
    #expect(notes.contains("fargate-service") && notes.contains("module.kafka.secret_arn"))
    #expect(notes.contains("SCRAM-SHA-512"))
    #expect(sums.contains("lambda-service") && !sums.contains("kafka"))
    let cluster = plan.text(Self.root + "aws/messaging.tf")
    #expect(cluster.contains("module.service_notes") && !cluster.contains("module.service_sums"))
  }

  @Test func othersHearEventsWhereTheConfigAsksForIt() {
    let head = Self.head.replacing("\"redis\"", with: "\"sqs\"")
    let service = """
      [[services]]
      name = "notes"
      type = "stateless"
      publishes = ["NoteTaken"]
      entities = [{ name = "Note", fields = { body = "text" } }]
      """
    #expect(!modules(CloudPlan(head + service)).contains("event-bridge"))
    let asked = CloudPlan(head + "[cloud.aws]\nevent_bridge = true\n" + service)
    #expect(modules(asked).contains("event-bridge"))
    let messaging = asked.text(Self.root + "aws/messaging.tf")
    #expect(messaging.contains("module.messaging.queue_arns[\"event_bridge\"]"))
    #expect(messaging.contains("archive_days         = 30"))
  }

  /// A cache in a table needs no server, no password and no rule of a network, so a function can be one;
  /// nobody else may touch its table.
  @Test func aCacheHasATableOfItsOwn() {
    let plan = CloudPlan(
      Self.head.replacing("\"redis\"", with: "\"sqs\"") + """
        [[services]]
        name = "notes"
        type = "stateless"
        entities = [{ name = "Note", fields = { body = "text" } }]
        [[services]]
        name = "near"
        type = "cache"
        calls = ["notes"]
        cache = { backend = "dynamodb" }
        cloud = { runtime = "lambda" }
        """)
    #expect(modules(plan).contains("dynamodb") && modules(plan).contains("lambda-service"))
    #expect(!modules(plan).contains("cache"))
    let main = plan.text(Self.root + "aws/main.tf")
    #expect(main.contains("CACHE_STORE = \"dynamodb:shop-near\""))
    #expect(main.components(separatedBy: "module.table_near.arn").count == 2)
    #expect(main.components(separatedBy: "dynamodb:UpdateItem").count == 2)
    let tables = plan.text(Self.root + "aws/tables.tf")
    #expect(tables.contains("name                    = \"shop-near\""))
    let calm = CloudPlan(Self.head + "[[services]]\nname = \"notes\"\ntype = \"stateless\"\n")
    #expect(!calm.text(Self.root + "modules/network/main.tf").contains("aws_vpc_endpoint"))
  }

  /// A live gateway faces clients, is not cut off between heartbeats, and each of its instances hears
  /// what another one took from the queue.
  @Test func liveGatewaysAreReachedAndTellEachOther() {
    let live = """
      [[services]]
      name = "notes"
      type = "stateless"
      publishes = ["NoteTaken"]
      entities = [{ name = "Note", fields = { body = "text" } }]
      [[services]]
      name = "live"
      type = "websocket-gateway"
      consumes = ["NoteTaken"]
      websocket = { heartbeat_seconds = 90 }

      """
    let plan = CloudPlan(Self.head.replacing("\"redis\"", with: "\"sqs\"") + live)
    let main = plan.text(Self.root + "aws/main.tf")
    #expect(main.contains("FAN_OUT_URL          = module.redis.url"))
    #expect(plan.text(Self.root + "aws/outputs.tf").contains("\"https://live.${var.domain}\""))
    #expect(
      plan.text(Self.root + "aws/networking.tf")
        .contains("idle_timeout_seconds    = min(4000, max(60, 2 * 90))"))
    // The bus itself is Redis, or there is one instance: nothing else carries what they hear.
    for text in [
      Self.head + live,
      Self.head.replacing("\"redis\"", with: "\"sqs\"") + live + "cloud = { max_instances = 1 }\n",
    ] {
      #expect(!CloudPlan(text).text(Self.root + "aws/main.tf").contains("FAN_OUT_URL"))
    }
  }

  @Test func everyModuleThatIsNamedIsThere() throws {
    for starter in Catalog.builtIn.starters {
      for strategy in ["rolling", "canary", "blue-green", "recreate"] {
        let text = String(decoding: starter.architecture.bytes, as: UTF8.self)
        let plan = CloudPlan(
          text + "\n[cloud]\nprimary = \"aws\"\n[deployment]\nstrategy = \"\(strategy)\"\n")
        let root = plan.paths(below: Self.root + "aws/").filter { $0.hasSuffix(".tf") }
        let named = root.flatMap { path in
          plan.text(path).split(separator: "\n").filter { $0.contains("\"../modules/") }
            .map { String($0.split(separator: "\"")[1].dropFirst("../modules/".count)) }
        }
        #expect(Set(named).isSubset(of: modules(plan)), "\(starter.id) \(strategy)")
        #expect(!named.isEmpty)
      }
    }
  }

  @Test func aServiceThatWorksBetweenRequestsIsNoFunction() {
    let plan = CloudPlan(
      Self.head + """
        [cloud.aws]
        runtime = "lambda"
        [[services]]
        name = "front"
        type = "bff"
        bff = { aggregates = ["back"] }
        [[services]]
        name = "back"
        type = "stateless"
        publishes = ["NoteTaken"]
        entities = [{ name = "Note", fields = { text = "text" } }]
        """)
    let main = plan.text(Self.root + "aws/main.tf")
    #expect(main.contains("modules/lambda-service"))
    #expect(main.contains("modules/fargate-service"))
    #expect(plan.text("services/front/Dockerfile").contains("/opt/extensions/lambda-adapter"))
    #expect(!plan.text("services/back/Dockerfile").contains("lambda-adapter"))
    let told = plan.diagnostics.filter { $0.code == "runtime-unfit" }
    #expect(told.map(\.message) == ["`back` runs on `fargate` and not on `lambda`"])
    #expect(told.first?.notes.count == 2)
  }

  @Test func aFunctionThatCannotBeIsRefusedWithAWayOut() throws {
    let plan = CloudPlan(
      Self.head + """
        [[services]]
        name = "back"
        type = "stateless"
        publishes = ["NoteTaken"]
        entities = [{ name = "Note", fields = { text = "text" } }]
        cloud = { runtime = "lambda" }
        """)
    let refused = try #require(plan.diagnostics.first { $0.code == "runtime-unfit" })
    #expect(refused.severity == .error)
    #expect(refused.fixes.map(\.title) == ["run it on `fargate`"])
  }

  @Test func regionsWithDataOfTheirOwnDoNotServeSideBySide() throws {
    let config =
      Self.head + """
        regions = ["eu-west-1", "us-east-1"]
        [deployment]
        multi_region = "active-active"
        [[services]]
        name = "notes"
        type = "stateless"
        entities = [{ name = "Note", fields = { text = "text" } }]
        """
    let refused = try #require(CloudPlan(config).diagnostics.first { $0.code == "regions-apart" })
    #expect(refused.severity == .error)
    #expect(refused.fixes.count == 1)
    let passive = config.replacingOccurrences(of: "active-active", with: "active-passive")
    #expect(!CloudPlan(passive).diagnostics.contains { $0.severity == .error })
  }

  @Test func secretsAreNoEnvironment() {
    let plan = CloudPlan(
      Self.head + """
        [[services]]
        name = "payments"
        type = "gateway"
        protocols = ["rest"]
        entities = [{ name = "Payment", fields = { cents = "i64" } }]
        integrations = { providers = ["stripe"], auth = { stripe = "bearer" } }
        """)
    let main = plan.text(Self.root + "aws/main.tf")
    #expect(main.contains("STRIPE_TOKEN"))
    #expect(main.contains("module.secret_payments.members.STRIPE_TOKEN"))
    #expect(main.contains("DATABASE_PASSWORD"))
  }

  @Test func hostileTextsStayTexts() throws {
    let harmless = skeletons(of: "Harmless text")
    // HCL has no text with a NUL, which is refused.
    for sample in HostileText.samples where !sample.isEmpty && !sample.contains("\0") {
      #expect(skeletons(of: sample) == harmless, "\(sample.debugDescription)")
    }
  }

  private func skeletons(of text: String) -> [String: String] {
    let literal = text.replacingOccurrences(of: "${", with: "$${")
    let quoted = literal.unicodeScalars.map { "\\U" + String(format: "%08x", $0.value) }.joined()
    let plan = CloudPlan(
      Self.head + """
        [security.authentication]
        provider = "custom"
        jwt_issuer = "https://id.example.com"
        jwt_audience = "\(quoted)"
        [[services]]
        name = "front"
        type = "stateless"
        responsibility = "\(quoted)"
        """)
    let files = plan.plan.files.filter { $0.path.hasPrefix(Self.root) && $0.path.hasSuffix(".tf") }
    return Dictionary(uniqueKeysWithValues: files.map { ($0.path, Skeleton.of($0)) })
  }
}
