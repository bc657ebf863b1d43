import Foundation
import IgniteTestSupport
import Testing

/// The script that deploys to Fly.io, run against a `fly` that only remembers what it was told.
struct FlyDeploymentTests {
  private static let config = """
    [architecture]
    name = "shop"
    [settings]
    default_database = "postgres"
    event_bus = "redis"
    [cloud]
    primary = "fly"
    regions = ["fra", "iad"]
    [cloud.fly]
    org = "acme"
    [deployment]
    multi_region = "active-active"
    [[services]]
    name = "orders"
    type = "stateless"
    calls = ["catalog"]
    [[services]]
    name = "catalog"
    type = "stateless"
    publishes = ["ProductAdded"]
    entities = [{ name = "Product", fields = { name = "string" } }]
    """

  /// Remembers apps and secrets as files; says and writes down what it was asked.
  private static let fly = """
    #!/bin/sh
    state=$(dirname "$0")/state
    mkdir -p "$state"
    echo "$*" >>"$state/log"
    app=
    previous=
    for word; do
      [ "$previous" = --app ] && app=$word
      previous=$word
    done
    case "$1 $2" in
    "status --app") [ -e "$state/$app" ] ;;
    "apps create") : >"$state/$3" ;;
    "secrets list") printf '[\\n  {"Name": "%s"}\\n]\\n' "$(cat "$state/$app.secrets" 2>/dev/null)" ;;
    "secrets import") cat >>"$state/$app.imported" ;;
    esac
    """

  private struct Bench {
    let scratch: Scratch
    let script: String

    init() throws {
      scratch = try Scratch()
      let folder = scratch.folder.appendingPathComponent("platform/infrastructure/fly")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      script = folder.appendingPathComponent("deploy.sh").path
      let text = CloudPlan(config).text("infrastructure/fly/deploy.sh")
      try text.write(toFile: script, atomically: true, encoding: .utf8)
      let fake = scratch.folder.appendingPathComponent("fly")
      try fly.write(to: fake, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: fake.path)
    }

    func deploy(_ arguments: [String] = [], _ variables: [String: String] = [:]) throws
      -> Tool.Outcome
    {
      let values = variables.map { "\($0)=\($1)" } + ["FLY=\(scratch.folder.path)/fly"]
      return try Tool.run("env", values + ["sh", script] + arguments)
    }

    func state(_ name: String) -> String {
      let file = scratch.folder.appendingPathComponent("state/\(name)")
      return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }
  }

  private static let secrets = [
    "CATALOG_DATABASE_URL": "postgres://u:p$(id)@h/catalog", "BUS_URL": "redis://h",
  ]

  @Test func everythingIsMadeAndDeployedInTheOrderOfCalls() throws {
    let bench = try Bench()
    defer { bench.scratch.remove() }
    let run = try bench.deploy([], Self.secrets)
    #expect(run.status == 0, "\(run.errors)")
    let told = bench.state("log").split(separator: "\n").map(String.init)
    #expect(
      told.filter { !$0.hasPrefix("status") } == [
        "apps create shop-catalog --org acme",
        "secrets import --stage --app shop-catalog", "secrets import --stage --app shop-catalog",
        "deploy . --app shop-catalog --config infrastructure/fly/catalog.toml --dockerfile "
          + "services/catalog/Dockerfile --ha=false --yes --flycast --no-public-ips",
        "scale count 2 --app shop-catalog --region fra,iad --yes",
        "apps create shop-orders --org acme",
        "deploy . --app shop-orders --config infrastructure/fly/orders.toml --dockerfile "
          + "services/orders/Dockerfile --ha=false --yes",
        "scale count 8 --app shop-orders --region fra,iad --yes",
      ])
    // No secret among the arguments, and each as it was given.
    #expect(!bench.state("log").contains("postgres://"))
    #expect(
      bench.state("shop-catalog.imported")
        == "DATABASE_URL=postgres://u:p$(id)@h/catalog\nBUS_URL=redis://h\n")
  }

  @Test func whatIsThereAlreadyIsLeft() throws {
    let bench = try Bench()
    defer { bench.scratch.remove() }
    _ = try bench.deploy(["orders"])
    let run = try bench.deploy(["orders"])
    #expect(run.status == 0)
    let created = bench.state("log").split(separator: "\n").filter { $0.hasPrefix("apps create") }
    #expect(created.count == 1)
    #expect(!bench.state("log").contains("catalog"))
  }

  @Test func aMissingSecretIsAskedForBeforeAnythingRuns() throws {
    let bench = try Bench()
    defer { bench.scratch.remove() }
    let run = try bench.deploy(["catalog"], ["BUS_URL": "redis://h"])
    #expect(run.status == 1)
    #expect(run.errors.contains("shop-catalog needs the secret DATABASE_URL (where its data is):"))
    #expect(run.errors.contains("set CATALOG_DATABASE_URL and run this again"))
    #expect(!bench.state("log").contains("deploy"))
  }

  @Test func aSecretThatFlyHasNeedNotBeGivenAgain() throws {
    let bench = try Bench()
    defer { bench.scratch.remove() }
    _ = try bench.deploy(["orders"])
    let secrets = bench.scratch.folder.appendingPathComponent("state/shop-catalog.secrets")
    try "DATABASE_URL".write(to: secrets, atomically: true, encoding: .utf8)
    #expect(try bench.deploy(["catalog"], ["BUS_URL": "redis://h"]).status == 0)
    let two = ["CATALOG_DATABASE_URL": "a\nb", "BUS_URL": "redis://h"]
    let refused = try bench.deploy(["catalog"], two)
    #expect(refused.errors == "CATALOG_DATABASE_URL has more than one line\n")
  }

  @Test func anUnknownServiceAndAMissingProgramAreTold() throws {
    let bench = try Bench()
    defer { bench.scratch.remove() }
    #expect(try bench.deploy(["nothing"]).errors == "there is no service nothing\n")
    let missing = try Tool.run("env", ["FLY=/nowhere/fly", "sh", bench.script])
    #expect(missing.status == 1)
    #expect(missing.errors.hasPrefix("/nowhere/fly is not installed"))
  }
}
