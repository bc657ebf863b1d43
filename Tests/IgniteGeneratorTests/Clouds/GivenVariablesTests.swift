import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

/// What only a person knows is one list, and every cloud asks for all of it.
struct GivenVariablesTests {
  private static func config(_ cloud: String, bus: String = "redis") -> String {
    """
    [architecture]
    name = "shop"
    [settings]
    default_database = "postgres"
    event_bus = "\(bus)"
    [cloud]
    targets = ["\(cloud)"]
    [security.authentication]
    provider = "keycloak"
    jwt_issuer = "${JWT_ISSUER}"
    [feature_flags]
    provider = "unleash"
    [tenant]
    enabled = true
    routing = "subdomain"
    [[services]]
    name = "orders"
    type = "stateless"
    calls = ["crm"]
    entities = [{ name = "Order", fields = { note = "string" } }]
    [[services]]
    name = "desk"
    type = "saga-orchestrator"
    calls = ["orders"]
    saga = { steps = [{ name = "place", service = "orders", action = "create", compensation = "remove" }] }
    [[services]]
    name = "crm"
    type = "legacy-adapter"
    entities = [{ name = "Customer", fields = { label = "string" } }]
    acl = { protocol = "rest", auth = "oauth2", sync_strategy = "webhook" }
    [[services]]
    name = "payments"
    type = "gateway"
    integrations = { providers = ["stripe"], auth = { stripe = "hmac" }, webhooks = ["stripe"] }
    """
  }

  private func given(_ text: String) throws -> [String: [VariableFacts]] {
    let plan = CloudPlan(text)
    #expect(plan.diagnostics.filter { $0.severity == .error } == [])
    let facts = PlatformContext(catalog: .builtIn).facts(of: plan.resolved)
    return Dictionary(uniqueKeysWithValues: facts.services.map { ($0.name, $0.given) })
  }

  @Test func itFollowsFromWhatTheServiceUses() throws {
    let given = try given(Self.config("fly"))
    let shared = [
      "JWT_ISSUER", "OPERATIONS_TOKEN", "TENANTS", "TENANT_DOMAIN", "UNLEASH_TOKEN", "UNLEASH_URL",
    ]
    #expect(given["orders"]?.map(\.name).sorted() == shared)
    #expect(
      given["desk"]?.map(\.name).sorted()
        == (shared + ["SERVICE_CLIENT_ID", "SERVICE_CLIENT_SECRET", "SERVICE_TOKEN_URL"]).sorted())
    #expect(
      given["crm"]?.map(\.name).filter { $0.hasPrefix("LEGACY") } == [
        "LEGACY_BASE_URL", "LEGACY_CLIENT_ID", "LEGACY_CLIENT_SECRET", "LEGACY_TOKEN_URL",
        "LEGACY_WEBHOOK_SECRET",
      ])
    #expect(
      given["payments"]?.map(\.name).filter { $0.hasPrefix("STRIPE") } == [
        "STRIPE_BASE_URL", "STRIPE_KEY_ID", "STRIPE_SIGNING_SECRET", "STRIPE_WEBHOOK_SECRET",
      ])
    let secrets = given.values.joined().filter(\.isSecret).map(\.name)
    #expect(
      Set(secrets) == [
        "OPERATIONS_TOKEN", "UNLEASH_TOKEN", "SERVICE_CLIENT_SECRET", "LEGACY_CLIENT_SECRET",
        "LEGACY_WEBHOOK_SECRET", "STRIPE_SIGNING_SECRET", "STRIPE_WEBHOOK_SECRET",
      ])
  }

  @Test func whatTheConfigSaysIsNotAskedFor() throws {
    let text = Self.config("fly")
      .replacing(
        "auth = \"oauth2\"", with: "auth = \"none\", upstream = \"https://crm.example.com\""
      )
      .replacing("sync_strategy = \"webhook\"", with: "sync_strategy = \"polling\"")
      .replacing("\"${JWT_ISSUER}\"", with: "\"https://id.example.com\"")
    let given = try given(text)
    #expect(given["crm"]?.contains { $0.name.hasPrefix("LEGACY") } == false)
    #expect(given["crm"]?.contains { $0.name == "JWT_ISSUER" } == false)
  }

  @Test(arguments: [
    ("aws", "infrastructure/terraform/aws/"), ("gcp", "infrastructure/terraform/gcp/"),
    ("fly", "infrastructure/fly/deploy.sh"), ("kubernetes", "infrastructure/kubernetes/"),
    ("local", "infrastructure/docker/docker-compose.yml"),
  ]) func everyCloudAsksForAllOfIt(cloud: String, folder: String) throws {
    let buses = ["aws": "sqs", "gcp": "pubsub"]
    let text = Self.config(cloud, bus: buses[cloud, default: "redis"])
    let plan = CloudPlan(text)
    let texts = plan.paths(below: folder).map(plan.text).joined()
    for variable in try given(text).values.joined() {
      #expect(texts.contains(variable.name), "\(cloud) does not ask for \(variable.name)")
    }
  }

  @Test func noSecretIsAVariableOfTerraform() {
    for (cloud, bus) in [("aws", "sqs"), ("gcp", "pubsub")] {
      let plan = CloudPlan(Self.config(cloud, bus: bus))
      let variables = plan.text("infrastructure/terraform/\(cloud)/variables.tf")
      #expect(variables.contains("LEGACY_BASE_URL"))
      for name in ["SECRET", "UNLEASH_TOKEN", "OPERATIONS_TOKEN"] {
        #expect(!variables.contains(name))
      }
    }
  }
}
