import Foundation
import IgniteTestSupport
import Testing

/// The script that releases to Google Cloud, run against programs that only remember what they were told.
@Suite(.enabled(if: Tool.path(of: "jq") != nil, "jq is not on PATH"))
struct GoogleReleaseTests {
  private static func config(_ strategy: String) -> String {
    """
    [architecture]
    name = "shop"
    [settings]
    default_database = "postgres"
    [cloud]
    primary = "gcp"
    [deployment]
    strategy = "\(strategy)"
    canary_percentage = 20
    canary_duration_minutes = 1
    [[services]]
    name = "orders"
    type = "stateless"
    calls = ["payments"]
    [[services]]
    name = "payments"
    type = "gateway"
    integrations = { providers = ["stripe"], auth = { stripe = "bearer" }, base_urls = { stripe = "https://api.stripe.com" } }
    """
  }

  /// Says and writes down what it was asked; `broken` lists the words at which it fails.
  private static let program = """
    #!/bin/sh
    state=$(dirname "$0")/state
    mkdir -p "$state"
    name=$(basename "$0")
    echo "$name $*" >>"$state/log"
    case "$name $1 $2" in
    "curl --fail --silent")
      cat >>"$state/headers"
      cat "$state/answer" 2>/dev/null || echo '{"data": {"result": []}}' ;;
    "terraform output -raw") printf %s europe-docker.pkg.dev/acme/shop ;;
    "terraform apply "*) cat releases.auto.tfvars.json | jq -c .releases >>"$state/releases" ;;
    "gcloud auth print-access-token") echo secret-token ;;
    esac
    for word in $(cat "$state/broken" 2>/dev/null); do
      case "$name $*" in *"$word"*) exit 1 ;; esac
    done
    exit 0
    """

  private struct Bench {
    let scratch: Scratch
    let script: String

    init(_ strategy: String) throws {
      scratch = try Scratch()
      let folder = scratch.folder.appendingPathComponent("platform/infrastructure/terraform/gcp")
      let programs = scratch.folder.appendingPathComponent("programs")
      for needed in [folder, programs] {
        try FileManager.default.createDirectory(at: needed, withIntermediateDirectories: true)
      }
      script = folder.appendingPathComponent("release.sh").path
      let text = CloudPlan(config(strategy)).text("infrastructure/terraform/gcp/release.sh")
      try text.write(toFile: script, atomically: true, encoding: .utf8)
      for name in ["curl", "docker", "gcloud", "terraform"] {
        let file = programs.appendingPathComponent(name)
        try program.write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
      }
      try FileManager.default.createDirectory(
        at: programs.appendingPathComponent("state"), withIntermediateDirectories: true)
    }

    func run(_ arguments: String...) throws -> Tool.Outcome {
      let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
      return try Tool.run(
        "env",
        [
          "PATH=\(scratch.folder.path)/programs:\(path)", "PROJECT=acme-shop", "WATCH_PAUSE=0",
          "sh",
          script,
        ] + arguments)
    }

    func state(_ name: String) -> String {
      let file = scratch.folder.appendingPathComponent("programs/state/\(name)")
      return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }

    func set(_ name: String, _ text: String) throws {
      let file = scratch.folder.appendingPathComponent("programs/state/\(name)")
      try text.write(to: file, atomically: true, encoding: .utf8)
    }

    /// What ran at each step, as the share of the newest release.
    var shares: [String] { state("releases").split(separator: "\n").map(String.init) }
  }

  private static func released(_ release: String, _ stable: String, _ percent: Int) -> String {
    #"{"orders":{"release":"\#(release)","percent":\#(percent),"stable":"\#(stable)"}}"#
  }
  private static let first = #"{"orders":{"release":"r1","percent":100}}"#

  @Test func aCanaryGetsItsShareAndThenEverything() throws {
    let bench = try Bench("canary")
    defer { bench.scratch.remove() }
    #expect(try bench.run("deploy", "r1", "orders").status == 0)
    let run = try bench.run("deploy", "r2", "orders")
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      bench.shares == [
        Self.first, Self.first, Self.released("r2", "r1", 20), Self.released("r2", "r1", 100),
      ])
    #expect(bench.state("log").contains("docker push europe-docker.pkg.dev/acme/shop/orders:r2\n"))
    #expect(bench.state("log").contains("revision_name=\"shop-orders-r2\""))
    // The token is told, but not among the arguments.
    #expect(!bench.state("log").contains("secret-token"))
    #expect(bench.state("headers").contains("Authorization: Bearer secret-token"))
  }

  @Test(arguments: ["canary", "blue-green"])
  func whatDoesNotKeepTheCriteriaGoesBack(strategy: String) throws {
    let bench = try Bench(strategy)
    defer { bench.scratch.remove() }
    _ = try bench.run("deploy", "r1", "orders")
    try bench.set("answer", #"{"data": {"result": [{"value": [0, "0.5"]}]}}"#)
    let run = try bench.run("deploy", "r2", "orders")
    #expect(run.status == 1)
    #expect(run.errors.contains("orders r2: a share of 0.5 of the requests failed"))
    #expect(bench.shares.last == Self.released("r2", "r1", 0))
    // The one that stayed is what the next release stands beside.
    try bench.set("answer", #"{"data": {"result": []}}"#)
    #expect(try bench.run("deploy", "r3", "orders").status == 0)
    #expect(bench.shares.last == Self.released("r3", "r1", 100))
  }

  @Test func whatCannotBeMeasuredIsNotTrusted() throws {
    let bench = try Bench("canary")
    defer { bench.scratch.remove() }
    _ = try bench.run("deploy", "r1", "orders")
    try bench.set("broken", "prometheus")
    #expect(try bench.run("deploy", "r2", "orders").status == 1)
    #expect(bench.shares.last == Self.released("r2", "r1", 0))
  }

  @Test func blueGreenStandsReadyBeforeItGetsRequests() throws {
    let bench = try Bench("blue-green")
    defer { bench.scratch.remove() }
    _ = try bench.run("deploy", "r1", "orders")
    _ = try bench.run("deploy", "r2", "orders")
    #expect(
      Array(bench.shares.suffix(2)) == [
        Self.released("r2", "r1", 0), Self.released("r2", "r1", 100),
      ])
  }

  @Test func rollingCanGoBackToo() throws {
    let bench = try Bench("rolling")
    defer { bench.scratch.remove() }
    _ = try bench.run("deploy", "r1", "orders")
    _ = try bench.run("deploy", "r2", "orders")
    #expect(bench.shares.last == Self.released("r2", "r1", 100))
    #expect(try bench.run("rollback", "orders").status == 0)
    #expect(bench.shares.last == Self.released("r2", "r1", 0))
    #expect(try bench.run("promote", "orders").status == 0)
    #expect(bench.shares.last == Self.released("r2", "r1", 100))
  }

  @Test func secretsWithoutAValueAreToldBeforeAnythingIsBuilt() throws {
    let bench = try Bench("rolling")
    defer { bench.scratch.remove() }
    try bench.set("broken", "shop-payments-STRIPE_TOKEN")
    let setup = try bench.run("setup")
    #expect(setup.status == 1)
    #expect(bench.state("log").contains("-target=module.secret_payments_STRIPE_TOKEN"))
    #expect(setup.errors.contains("shop-payments-STRIPE_TOKEN has no value yet"))
    #expect(try bench.run("deploy", "r1").status == 1)
    #expect(!bench.state("log").contains("docker"))
  }

  @Test func whatMakesNoSenseIsRefused() throws {
    let bench = try Bench("rolling")
    defer { bench.scratch.remove() }
    #expect(try bench.run("deploy", "Release_1").errors.contains("at most 13 small letters"))
    #expect(try bench.run("deploy", "r1", "nobody").errors == "there is no service nobody\n")
    #expect(try bench.run("publish").errors.contains("there is no publish"))
    _ = try bench.run("deploy", "r1", "orders")
    #expect(try bench.run("deploy", "r1", "orders").errors.contains("orders runs r1 already"))
  }
}
