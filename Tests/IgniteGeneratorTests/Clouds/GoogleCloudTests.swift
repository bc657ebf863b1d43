import Foundation
import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

/// What is made for Google Cloud, as far as it shows without Terraform; `scripts/infra/gcp.sh` holds it
/// to the provider's schema.
struct GoogleCloudTests {
  private static let stack = "infrastructure/terraform/gcp/"
  private static let head = """
    [architecture]
    name = "shop"
    [settings]
    default_database = "postgres"
    [cloud]
    primary = "gcp"

    """

  private func service(_ name: String, _ plan: CloudPlan) -> String {
    plan.text("\(Self.stack)service-\(name).tf")
  }

  @Test func onlyTheModulesInUseAreMade() {
    let plan = CloudPlan(
      Self.head + """
        [[services]]
        name = "notes"
        type = "stateless"
        entities = [{ name = "Note", fields = { text = "text" } }]
        """)
    let modules = Set(
      plan.paths(below: "infrastructure/terraform/modules/")
        .compactMap { $0.split(separator: "/").dropFirst(3).first.map(String.init) })
    #expect(
      modules.sorted() == [
        "artifact-registry", "cloud-run-service", "cloud-sql", "gcp-network", "gcp-observability",
        "gcp-secret",
      ])
    #expect(!plan.paths(below: Self.stack).contains("\(Self.stack)cache.tf"))
    #expect(!plan.paths(below: Self.stack).contains("\(Self.stack)ingress.tf"))
  }

  @Test func whoCallsWhomDecidesWhoIsLetIn() {
    let plan = CloudPlan(
      Self.head + """
        [[services]]
        name = "front"
        type = "stateless"
        calls = ["back"]
        [[services]]
        name = "back"
        type = "stateless"
        entities = [{ name = "Note", fields = { text = "text" } }]
        """)
    let front = service("front", plan)
    #expect(
      front.contains("resource \"google_cloud_run_v2_service_iam_member\" \"front_calls_back\""))
    #expect(front.contains("BACK_URL"))
    #expect(front.contains("= \"https://${local.service_names[\"back\"]}-"))
    #expect(front.contains("ingress         = \"public\""))
    let back = service("back", plan)
    #expect(!back.contains("google_cloud_run_v2_service_iam_member"))
    #expect(back.contains("ingress         = \"private\""))
    #expect(back.contains("DATABASE_URL = module.secret_back_DATABASE_URL.id"))
  }

  @Test func aCacheHasADatabaseOfItsOwn() {
    let plan = CloudPlan(
      Self.head + """
        [[services]]
        name = "notes"
        type = "stateless"
        entities = [{ name = "Note", fields = { text = "text" } }]
        [[services]]
        name = "near"
        type = "cache"
        calls = ["notes"]
        cache = { backend = "firestore" }
        """)
    let near = service("near", plan)
    #expect(near.contains("= \"firestore:shop-near\""))
    #expect(near.contains("= module.documents_near.name"))
    #expect(near.contains("= google_service_account.near.member"))
    #expect(!service("notes", plan).contains("documents"))
    #expect(plan.text(Self.stack + "main.tf").contains("\"firestore.googleapis.com\""))
    #expect(
      plan.text("infrastructure/terraform/modules/firestore/main.tf").contains("condition {"))
  }

  @Test func whatWorksBetweenRequestsNeverStops() {
    let plan = CloudPlan(
      Self.head + """
        [[services]]
        name = "nightly"
        type = "scheduled"
        jobs = { sweep = { cron = "0 3 * * *" } }
        """)
    #expect(service("nightly", plan).contains("works_between_requests = true"))
    #expect(service("nightly", plan).contains("OPERATIONS_TOKEN = "))
  }

  @Test func namesStayWithinWhatGoogleTakes() throws {
    let long = String(repeating: "a", count: 39)
    let plan = CloudPlan(
      """
      [architecture]
      name = "\(long)z"
      [settings]
      default_database = "postgres"
      [cloud]
      primary = "gcp"
      [[services]]
      name = "\(long)b"
      type = "stateless"
      entities = [{ name = "Note", fields = { text = "text" } }]
      """)
    let text = service("\(long)b", plan)
    let account = try #require(text.firstMatch(of: /account_id   = "([^"]+)"/)?.1)
    let name = try #require(text.firstMatch(of: /\n  name            = "([^"]+)"/)?.1)
    #expect(account.count == 30 && account.hasSuffix("-run"))
    #expect(name.count == 49)
    let prefix = plan.text(Self.stack + "main.tf").firstMatch(of: /prefix         = "([^"]+)"/)
    #expect(try #require(prefix).1.count == 28)
  }

  @Test(.enabled(if: Tool.path(of: "terraform") != nil, "terraform is not on PATH"))
  func hostileTextsStayTexts() throws {
    // A NUL is refused with a diagnostic: no text of HCL can hold it.
    let samples = HostileText.samples.filter { !$0.unicodeScalars.contains("\0") }
    let services = samples.enumerated().map { index, sample in
      // A `${` of a person is doubled where it is no variable.
      let literal = sample.replacingOccurrences(of: "${", with: "$${")
      let quoted = literal.unicodeScalars.map { "\\U" + String(format: "%08x", $0.value) }.joined()
      return """

        [[services]]
        name = "notes-\(index)"
        type = "stateless"
        responsibility = "\(quoted)"
        """
    }
    let plan = CloudPlan(Self.head + services.joined())
    let refused = plan.diagnostics.filter { $0.severity == .error }
    #expect(refused.isEmpty, "\(refused.map(\.message))")
    let scratch = try Scratch()
    defer { scratch.remove() }
    for path in plan.paths(below: Self.stack) where path.hasSuffix(".tf") {
      let file = scratch.folder.appendingPathComponent(
        path.split(separator: "/").last.map(String.init)!)
      try plan.text(path).write(to: file, atomically: true, encoding: .utf8)
    }
    let format = try Tool.run("terraform", ["fmt", "-check", "-diff"], in: scratch.folder)
    #expect(format.status == 0, "\(format.errors)")
    let script = plan.text(Self.stack + "release.sh")
    #expect(try Tool.run("sh", ["-n"], input: Data(script.utf8)).status == 0)
  }
}
