import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

struct CloudCheckTests {
  private func found(_ cloud: String, service: String = "") -> [String] {
    let plan = CloudPlan(
      """
      [architecture]
      name = "shop"
      [cloud]
      \(cloud)
      [[services]]
      name = "orders"
      type = "stateless"
      \(service)
      """)
    return plan.diagnostics.map { "\($0.severity) \($0.code): \($0.message)" }
  }

  @Test func whatTheCloudHasIsFine() {
    #expect(found("primary = \"fly\"\nregions = [\"fra\"]") == [])
    #expect(found("primary = \"local\"\nregions = [\"anywhere\"]") == [])
  }

  @Test func aCloudThatNothingDeploysToIsTold() {
    let source = Source(
      name: "architecture.toml",
      text: "[architecture]\nname = \"shop\"\n[cloud]\nprimary = \"shuttle\"\n")
    let architecture = ArchitectureLoader(schema: Catalog.builtIn.schema).load(
      source, format: .toml
    ).architecture
    let others = Catalog(
      entries: Catalog.builtIn.entries.filter { $0.id != "shuttle" }, starters: [])
    #expect(
      CloudCheck(others).check(architecture).map(\.message)
        == ["nothing in the catalog deploys to `shuttle`"])
    #expect(CloudCheck(.builtIn).check(architecture).isEmpty)
  }

  @Test func shuttleTellsThatItStopped() {
    let plan = CloudPlan(
      """
      [architecture]
      name = "shop"
      [cloud]
      primary = "shuttle"
      [[services]]
      name = "orders"
      type = "stateless"
      """)
    #expect(plan.text("crates/on-shuttle/README.md").contains("stopped on 2026-01-16"))
    #expect(plan.text("Shuttle.toml").contains("[deploy]"))
    #expect(
      plan.text("crates/on-shuttle/src/lib.rs").contains(
        "const PUBLIC: &[&str] = &[\n    \"ORDERS_\"")
    )
  }

  @Test func aRegionThatNoCloudHasIsTold() {
    #expect(
      found("primary = \"fly\"\nregions = [\"fra\", \"frb\"]")
        == ["warning unknown-region: `fly` has no region `frb`"])
  }

  @Test func aServiceThatFitsNoMachineIsRefused() {
    #expect(
      found("primary = \"fly\"", service: "cloud = { memory_mb = 200000 }")
        == ["error size-unavailable: no machine of `fly` is large enough for `orders`"])
    #expect(found("primary = \"fly\"", service: "cloud = { memory_mb = 131072 }") == [])
  }

  private static let lambda =
    "cloud = { runtime = \"lambda\" }\nmessaging = { pattern = \"direct\" }"

  @Test func pulumiMakesWhatTerraformMakes() {
    #expect(found("primary = \"aws\"\niac = \"pulumi\"", service: Self.lambda) == [])
    #expect(found("primary = \"aws\"\niac = \"pulumi\"") == [])
    #expect(found("primary = \"aws\"", service: Self.lambda) == [])
    #expect(found("primary = \"gcp\"\niac = \"pulumi\"") == [])
  }

  @Test func whatPulumiDoesNotMakeIsRefused() throws {
    let entry = """
      title = "AWS"
      summary = "s"
      regions = ["eu-central-1"]
      pulumi = ["fargate"]
      """
    let loaded = CatalogLoader.load([
      CatalogFile(path: "Entries/clouds/aws/entry.toml", bytes: Array(entry.utf8))
    ])
    #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
    let text = """
      [architecture]
      name = "shop"
      [cloud]
      primary = "aws"
      iac = "pulumi"
      [[services]]
      name = "orders"
      type = "stateless"
      \(Self.lambda)
      """
    let architecture = ArchitectureLoader(schema: Catalog.builtIn.schema).load(
      Source(name: "architecture.toml", text: text), format: .toml
    ).architecture
    let refused = try #require(
      CloudCheck(Catalog.builtIn.adding(loaded.catalog.entries)).check(architecture).first)
    #expect(
      refused.message
        == "the Pulumi program for `aws` makes nothing on `lambda`, where `orders` runs")
    #expect(refused.severity == .error)
    #expect(refused.fixes.map(\.title) == ["use Terraform", "run it on `fargate`"])
  }
}

struct CloudOfferTests {
  private static let offer = CloudOffer(
    regions: ["a"],
    sizes: [
      .init(name: "small", cpu: 256, memory: 512...2048, memoryStep: 512),
      .init(name: "large", cpu: 1024, memory: 2048...8192, memoryStep: 1024),
    ])

  @Test(
    arguments: [
      (256, 1, "small 512"), (1, 513, "small 1024"), (257, 513, "large 2048"),
      (256, 2049, "large 3072"), (1024, 8192, "large 8192"), (1024, 8193, "none"),
      (1025, 1, "none"),
    ] as [(Int64, Int64, String)])
  func theFirstSizeThatIsEnoughIsTaken(cpu: Int64, memory: Int64, expected: String) {
    let fitting = Self.offer.size(cpu: cpu, memory: memory)
    #expect(fitting.map { "\($0.size.name) \($0.memory)" } ?? "none" == expected)
  }
}

struct DeployNameTests {
  @Test func longNamesStayLabelsAndApart() {
    let prefix = String(repeating: "p", count: 40)
    let names = (0..<50).map {
      DeployName.of(prefix: prefix, String(repeating: "s", count: 38) + String($0))
    }
    #expect(Set(names).count == 50)
    #expect(names.allSatisfy { $0.utf8.count == 63 })
    #expect(DeployName.of(prefix: "shop", "orders") == "shop-orders")
  }

  @Test func cloudsSayHowLongNamesMayBe() {
    let name = DeployName.of(prefix: "ecommerce", "notification-dispatcher", limit: 26)
    #expect(name == "ecommerce-notific-95798821")
    #expect(DeployName.cut("shop", to: 26) == "shop")
  }
}
