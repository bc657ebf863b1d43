import Foundation
import IgniteTestSupport
import Testing

/// The script that deploys to a cluster, run against a `kubectl` and a `docker` that only remember.
struct KubernetesDeploymentTests {
  private static let config = """
    [architecture]
    name = "shop"
    [settings]
    event_bus = "redis"
    [cloud]
    targets = ["kubernetes"]
    [cloud.kubernetes]
    registry = "registry.example.com/team"
    [environments.live]
    [[services]]
    name = "catalog"
    type = "stateless"
    publishes = ["ProductAdded"]
    entities = [{ name = "Product", fields = { name = "string" } }]
    """

  /// Says and writes down what it was asked; a patch of a secret becomes a file of its namespace.
  private static let kubectl = """
    #!/bin/sh
    state=$(dirname "$0")/state
    mkdir -p "$state"
    echo "kubectl $*" | sed 's|/\\.version\\.[A-Za-z0-9]*|/VERSION|' >>"$state/log"
    case "$*" in
    *"get secret catalog --output"*) cat "$state/secret" 2>/dev/null || true ;;
    *"get secret catalog"*) [ -e "$state/made" ] ;;
    *"create secret generic catalog"*) : >"$state/made" ;;
    *"patch secret catalog"*) cat >>"$state/patched"; echo >>"$state/patched" ;;
    *"apply --kustomize"*) cat "$3/kustomization.yaml" >"$state/version" ;;
    *"rollout status"*) [ ! -e "$state/broken" ] ;;
    esac
    """

  private static let docker = """
    #!/bin/sh
    echo "docker $*" >>"$(dirname "$0")/state/log"
    """

  private struct Bench {
    let scratch: Scratch
    let script: String

    init() throws {
      scratch = try Scratch()
      let folder = scratch.folder.appendingPathComponent("platform/infrastructure/kubernetes")
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("overlays/live"), withIntermediateDirectories: true)
      script = folder.appendingPathComponent("deploy.sh").path
      let text = CloudPlan(config).text("infrastructure/kubernetes/deploy.sh")
      try text.write(toFile: script, atomically: true, encoding: .utf8)
      for (name, text) in [("kubectl", kubectl), ("docker", docker)] {
        let fake = scratch.folder.appendingPathComponent(name)
        try text.write(to: fake, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: fake.path)
      }
    }

    func deploy(_ environment: String, _ variables: [String: String] = [:]) throws -> Tool.Outcome {
      let path = scratch.folder.path
      let fakes = ["KUBECTL=\(path)/kubectl", "DOCKER=\(path)/docker"]
      let values = ["TAG=abc123"] + variables.map { "\($0)=\($1)" }
      return try Tool.run("env", fakes + values + ["sh", script, environment])
    }

    func state(_ name: String) -> String {
      let file = scratch.folder.appendingPathComponent("state/\(name)")
      return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }

    func put(_ name: String, _ text: String) throws {
      let folder = scratch.folder.appendingPathComponent("state")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try text.write(
        to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
  }

  @Test func everythingIsBuiltAppliedAndWaitedFor() throws {
    let bench = try Bench()
    defer { bench.scratch.remove() }
    let run = try bench.deploy("live", ["BUS_URL": "redis://:p\"$(id)@h"])
    #expect(run.status == 0, "\(run.errors)")
    let image = "registry.example.com/team/shop-catalog:abc123"
    let told = bench.state("log").split(separator: "\n").map(String.init)
    #expect(
      told == [
        "kubectl apply --filename infrastructure/kubernetes/overlays/live/namespace.yaml",
        "kubectl --namespace shop-live get secret catalog",
        "kubectl --namespace shop-live create secret generic catalog",
        "kubectl --namespace shop-live patch secret catalog --type merge --patch-file /dev/stdin",
        "docker build --tag \(image) --file services/catalog/Dockerfile .",
        "docker push \(image)",
        "kubectl apply --kustomize infrastructure/kubernetes/overlays/VERSION",
        "kubectl --namespace shop-live rollout status statefulset/catalog --timeout 10m",
      ])
    let encoded = Data("redis://:p\"$(id)@h".utf8).base64EncodedString()
    #expect(bench.state("patched") == "{\"data\": {\"BUS_URL\": \"\(encoded)\"}}\n")
    #expect(
      bench.state("version") == """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources: ["../live"]
        images:
          - name: "registry.example.com/team/shop-catalog"
            newTag: "abc123"

        """)
  }

  @Test func aMissingSecretIsAskedForBeforeAnythingIsBuilt() throws {
    let bench = try Bench()
    defer { bench.scratch.remove() }
    let run = try bench.deploy("live")
    #expect(run.status == 1)
    #expect(
      run.errors
        == "catalog needs the secret BUS_URL (what carries the events): set BUS_URL and run this "
        + "again\n")
    #expect(!bench.state("log").contains("docker"))
    // One that the cluster has need not be given again.
    try bench.put("secret", "cmVkaXM=")
    #expect(try bench.deploy("live").status == 0)
  }

  @Test func aVersionThatDoesNotBecomeReadyIsTakenBack() throws {
    let bench = try Bench()
    defer { bench.scratch.remove() }
    try bench.put("broken", "")
    let run = try bench.deploy("live", ["BUS_URL": "redis://h"])
    #expect(run.status == 1)
    #expect(run.errors.hasSuffix("the one before is back\n"))
    #expect(bench.state("log").contains("rollout undo statefulset/catalog"))
  }

  @Test func unknownEnvironmentsAndTagsAreRefused() throws {
    let bench = try Bench()
    defer { bench.scratch.remove() }
    #expect(try bench.deploy("nowhere").errors == "there is no environment nowhere\n")
    #expect(try bench.deploy("live", ["TAG": "a\"b"]).errors == "a\"b is no tag of an image\n")
    #expect(bench.state("log").isEmpty)
  }
}
