import Foundation
import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

/// What is made for Fly.io, read back by another parser of TOML, held to the keys that Fly.io knows and
/// run against a `fly` that only remembers.
struct FlyTests {
  private static let head = """
    [architecture]
    name = "shop"
    [cloud]
    primary = "fly"

    """

  /// The apps by the names of their services, read by Python.
  private func read(_ plan: CloudPlan) throws -> [String: [String: Any]] {
    let texts = plan.resolved.services.map(\.service.name.value).map { name in
      [name, plan.text("infrastructure/fly/\(name).toml")]
    }
    let script = """
      import json, sys, tomllib
      print(json.dumps({name: tomllib.loads(text) for name, text in json.load(sys.stdin)}))
      """
    let read = try Tool.run(
      "python3", ["-c", script], input: JSONSerialization.data(withJSONObject: texts))
    try #require(read.status == 0, "\(read.errors)")
    return try #require(JSONSerialization.jsonObject(with: read.output) as? [String: [String: Any]])
  }

  private func schema() throws -> SchemaValidator {
    let file = Fixtures.folder("Schemas") + "/fly.schema.json"
    let data = try Data(contentsOf: URL(fileURLWithPath: file))
    return SchemaValidator(
      root: try #require(JSONSerialization.jsonObject(with: data) as? [String: Any]))
  }

  @Test(arguments: ["rolling", "canary", "blue-green", "recreate"])
  func everyServiceOfAStarterHasAnAppThatFlyKnows(strategy: String) throws {
    let schema = try schema()
    for starter in Catalog.builtIn.starters {
      let text = String(decoding: starter.architecture.bytes, as: UTF8.self)
      let plan = CloudPlan(
        text + "\n[cloud]\nprimary = \"fly\"\n[deployment]\nstrategy = \"\(strategy)\"\n")
      let files = plan.paths(below: "infrastructure/fly/").filter { $0.hasSuffix(".toml") }
      #expect(files.count == plan.resolved.services.count, "\(starter.id)")
      for (name, app) in try read(plan) {
        #expect(schema.problems(of: app) == [], "\(starter.id): \(name)")
      }
    }
  }

  @Test func theSchemaSeesMistakes() throws {
    let service = ["internal_port": 1, "auto_stop_machines": true] as [String: Any]
    let wrong: [String: Any] = [
      "app": "Shop", "primary_region": "fra", "checks": [:], "vm": [], "http_service": service,
      "mount": [],
    ]
    #expect(try schema().problems(of: wrong).count == 5)
  }

  @Test func dataOfItsOwnMeansOneMachineWithAVolume() throws {
    let plan = CloudPlan(
      Self.head + """
        regions = ["iad", "fra"]
        [deployment]
        multi_region = "active-active"
        [[services]]
        name = "notes"
        type = "stateless"
        entities = [{ name = "Note", fields = { text = "text" } }]
        """)
    let app = try #require(try read(plan)["notes"])
    #expect(app["primary_region"] as? String == "iad")
    #expect((app["mounts"] as? [[String: Any]])?.first?["destination"] as? String == "/data")
    #expect(
      plan.text("infrastructure/fly/deploy.sh").contains("put notes shop-notes public 1 iad\n"))
  }

  @Test func whatOthersCallIsNotOnTheInternet() throws {
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
        [[services]]
        name = "open"
        type = "stateless"
        cloud = { ingress = "none" }
        [[services]]
        name = "payments"
        type = "gateway"
        integrations = { providers = ["stripe"] }
        """)
    let apps = try read(plan)
    let (front, back) = (try #require(apps["front"]), try #require(apps["back"]))
    let service = back["http_service"] as? [String: Any]
    #expect(service?["force_https"] as? Bool == false)
    #expect((front["env"] as? [String: Any])?["BACK_URL"] as? String == "http://shop-back.flycast")
    #expect((front["http_service"] as? [String: Any])?["force_https"] as? Bool == true)
    #expect(apps["open"]?["http_service"] == nil)
    // It calls others with credentials, for whoever asks it to.
    #expect((apps["payments"]?["http_service"] as? [String: Any])?["force_https"] as? Bool == false)
  }

  @Test func hostileTextsStayTexts() throws {
    let services = HostileText.samples.enumerated().map { index, sample in
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
    let schema = try schema()
    let apps = try read(plan)
    #expect(apps.count == services.count)
    for (name, app) in apps { #expect(schema.problems(of: app) == [], "\(name)") }
    let script = plan.text("infrastructure/fly/deploy.sh")
    #expect(try Tool.run("sh", ["-n"], input: Data(script.utf8)).status == 0)
  }
}
