import Foundation
import IgniteTestSupport
import Testing

/// The script that deploys to AWS, run against tools that only remember what they were told.
struct AWSDeploymentTests {
  private static func config(_ strategy: String) -> String {
    """
    [architecture]
    name = "shop"
    [settings]
    default_database = "postgres"
    event_bus = "sqs"
    [cloud]
    primary = "aws"
    regions = ["eu-central-1", "eu-west-1"]
    [deployment]
    strategy = "\(strategy)"
    [[services]]
    name = "front"
    type = "bff"
    calls = ["catalog"]
    bff = { aggregates = ["catalog"] }
    cloud = { runtime = "lambda" }
    [[services]]
    name = "catalog"
    type = "stateless"
    publishes = ["ProductAdded"]
    entities = [{ name = "Product", fields = { name = "string" } }]
    """
  }

  /// One program under three names. It knows which images there are and what runs, and writes down
  /// its arguments, but for the token, which comes on the standard input.
  private static let tool = """
    #!/bin/sh
    state=$(dirname "$0")/state
    name=$(basename "$0")
    echo "$name $*" >>"$state/log"
    case "$name $1 $2" in
    "terraform output -json")
      echo '{"catalog":"1.dkr.ecr.example.com/shop-catalog","front":"1.dkr.ecr.example.com/shop-front"}' ;;
    "terraform output -raw") cat "$state/$3" ;;
    "aws ecr describe-images") [ -e "$state/$6" ] ;;
    "aws ecr get-login-password") echo hunter2 ;;
    "aws ecs describe-services") echo arn:catalog:7 ;;
    "aws lambda get-alias") echo 3 ;;
    "aws deploy create-deployment") echo d-1 ;;
    "aws deploy wait") [ ! -e "$state/worse" ] ;;
    "docker login --username") cat >"$state/password" ;;
    esac
    """

  private struct Bench {
    let scratch: Scratch
    let script: String

    init(_ strategy: String = "rolling") throws {
      scratch = try Scratch()
      let folder = scratch.folder.appendingPathComponent("platform/infrastructure/terraform/aws")
      let state = scratch.folder.appendingPathComponent("state")
      for folder in [folder, state] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      }
      script = folder.appendingPathComponent("deploy.sh").path
      let text = CloudPlan(config(strategy)).text("infrastructure/terraform/aws/deploy.sh")
      try text.write(toFile: script, atomically: true, encoding: .utf8)
      for name in ["terraform", "aws", "docker"] {
        let fake = scratch.folder.appendingPathComponent(name)
        try tool.write(to: fake, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: fake.path)
      }
    }

    func deploy(_ arguments: [String] = [], _ variables: [String] = ["STATE_BUCKET=acme-state"])
      throws -> Tool.Outcome
    {
      let folder = scratch.folder.path
      let tools = ["TERRAFORM=\(folder)/terraform", "AWS=\(folder)/aws", "DOCKER=\(folder)/docker"]
      return try Tool.run("env", ["IMAGE_TAG=v2"] + tools + variables + ["sh", script] + arguments)
    }

    func put(_ name: String, _ text: String = "") throws {
      let file = scratch.folder.appendingPathComponent("state/\(name)")
      try text.write(to: file, atomically: true, encoding: .utf8)
    }

    func state(_ name: String) -> String {
      let file = scratch.folder.appendingPathComponent("state/\(name)")
      return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }

    var log: [String] { state("log").split(separator: "\n").map(String.init) }

    /// What runs already: the newest version of the service, an older one of the function.
    func putReleases(catalog: String) throws {
      try put("deployment_catalog", #"{"content":"{\"TaskDefinition\":\"\#(catalog)\"}"}"#)
      try put("deployment_front", #"{"content":"{\"TargetVersion\":\"4\"}"}"#)
    }
  }

  private static let beginning = [
    "terraform init -input=false -backend-config=bucket=acme-state -backend-config=region=eu-central-1",
    "terraform workspace select -or-create eu-central-1",
  ]

  @Test func registriesThenImagesThenTheRest() throws {
    let bench = try Bench()
    defer { bench.scratch.remove() }
    let run = try bench.deploy()
    #expect(run.status == 0, "\(run.errors)")
    func push(_ service: String) -> [String] {
      let url = "1.dkr.ecr.example.com/shop-\(service)"
      return [
        "terraform output -json images",
        "aws ecr describe-images --region eu-central-1 --repository-name shop-\(service) "
          + "--image-ids imageTag=v2",
        "aws ecr get-login-password --region eu-central-1",
        "docker login --username AWS --password-stdin 1.dkr.ecr.example.com",
        "docker build --platform linux/arm64 --file ../../../services/\(service)/Dockerfile "
          + "--tag \(url):v2 ../../..",
        "docker push \(url):v2",
      ]
    }
    // Both sides of the pipe that logs in write down what they were told, in either order.
    let login = { (line: String) in line.contains("login") }
    let expected =
      Self.beginning + [
        "terraform apply -input=false -auto-approve -target=module.images_front "
          + "-target=module.images_catalog"
      ] + push("catalog") + push("front") + [
        "terraform apply -input=false -auto-approve", "terraform output",
      ]
    #expect(bench.log.filter { !login($0) } == expected.filter { !login($0) })
    #expect(bench.log.filter(login).sorted() == expected.filter(login).sorted())
    // The token is no argument.
    #expect(bench.state("password") == "hunter2\n")
    #expect(!bench.state("log").contains("hunter2"))
  }

  @Test func imagesThatAreThereAreNotBuilt() throws {
    let bench = try Bench()
    defer { bench.scratch.remove() }
    try bench.put("shop-catalog")
    try bench.put("shop-front")
    #expect(try bench.deploy().status == 0)
    #expect(!bench.log.contains { $0.hasPrefix("docker") })
    #expect(bench.log.last == "terraform output")
  }

  @Test func aPlanChangesNothing() throws {
    let bench = try Bench()
    defer { bench.scratch.remove() }
    #expect(try bench.deploy(["plan"]).status == 0)
    #expect(bench.log == Self.beginning + ["terraform plan -input=false"])
  }

  @Test func anotherRegionIsAnotherWorkspaceInTheSameBucket() throws {
    let bench = try Bench()
    defer { bench.scratch.remove() }
    let elsewhere = ["STATE_BUCKET=b", "STATE_REGION=eu-central-1", "TF_VAR_region=eu-west-1"]
    #expect(try bench.deploy(["plan"], elsewhere).status == 0)
    #expect(bench.log[0].hasSuffix("bucket=b -backend-config=region=eu-central-1"))
    #expect(bench.log[1] == "terraform workspace select -or-create eu-west-1")
  }

  @Test(arguments: ["canary", "blue-green"]) func newVersionsAreBrought(strategy: String) throws {
    let bench = try Bench(strategy)
    defer { bench.scratch.remove() }
    try bench.putReleases(catalog: "arn:catalog:8")
    let run = try bench.deploy()
    #expect(run.status == 0, "\(run.errors)")
    let brought = bench.log.filter { $0.contains(" deploy create") || $0.contains(" deploy wait") }
    #expect(
      brought.map { $0.split(separator: " ").dropFirst().prefix(3).joined(separator: " ") } == [
        "deploy create-deployment --region", "deploy wait deployment-successful",
        "deploy create-deployment --region", "deploy wait deployment-successful",
      ])
    #expect(brought[0].contains("arn:catalog:8") && brought[2].contains(#"\"4\""#))
    #expect(
      bench.log.contains {
        $0.hasPrefix("aws ecs describe-services --region eu-central-1 --cluster shop --services ")
          && $0.contains(" shop-catalog ")
      })
    #expect(
      bench.log.contains {
        $0.hasPrefix("aws lambda get-alias --region eu-central-1 --function-name shop-front ")
      })
  }

  @Test func whatRunsAlreadyIsNotBroughtAgain() throws {
    let bench = try Bench("canary")
    defer { bench.scratch.remove() }
    try bench.putReleases(catalog: "arn:catalog:7")
    #expect(try bench.deploy().status == 0)
    let brought = bench.log.filter { $0.contains("create-deployment") }
    #expect(brought.count == 1 && brought[0].contains("TargetVersion"))
  }

  @Test func aVersionThatIsWorseEndsTheScript() throws {
    let bench = try Bench("canary")
    defer { bench.scratch.remove() }
    try bench.putReleases(catalog: "arn:catalog:8")
    try bench.put("worse")
    let run = try bench.deploy()
    #expect(run.status == 1)
    #expect(run.errors.hasPrefix("catalog: the new version was not promoted:"))
    // What calls it stays as it is.
    #expect(!bench.log.contains { $0.contains("TargetVersion") })
  }

  @Test func whatIsMissingIsTold() throws {
    let bench = try Bench()
    defer { bench.scratch.remove() }
    let bucket = try bench.deploy([], [])
    #expect(bucket.status != 0)
    #expect(bucket.errors.contains("names the S3 bucket that keeps the state"))
    let missing = try Tool.run("env", ["TERRAFORM=/nowhere/terraform", "sh", bench.script])
    #expect(missing.status == 1)
    #expect(missing.errors == "/nowhere/terraform is not installed\n")
    #expect(try bench.deploy(["destroy"]).errors == "deploy.sh plan or deploy.sh apply\n")
    #expect(!bench.log.contains { $0.contains("apply") })
  }
}
