import Foundation
import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

/// The manifests for Kubernetes: that they hang together, and that they say what the architecture says.
/// `scripts/infra/kubernetes.sh` builds the overlays and holds them to the schemas of Kubernetes.
struct KubernetesTests {
  private static let folder = "infrastructure/kubernetes/"
  private static let head = """
    [architecture]
    name = "shop"
    [cloud]
    targets = ["kubernetes"]

    """

  private func document(_ plan: CloudPlan, _ path: String) -> Document {
    let text = plan.text(Self.folder + path)
    let document = Document.parse(Source(name: path, text: text), format: .yaml)
    // A patch takes something away by null, which a config would be warned of.
    let errors = document.diagnostics.filter { $0.severity == .error }
    #expect(errors.isEmpty, "\(path): \(errors.map(\.message))\n\(text)")
    return document
  }

  private func texts(_ node: DocumentNode?) -> [String] {
    guard case .array(let elements)? = node?.content else { return [] }
    return elements.compactMap { element in
      if case .string(let text) = element.content { return text }
      return text(element.member("path")?.node)
    }
  }

  private func text(_ node: DocumentNode?) -> String? {
    if case .string(let text)? = node?.content { text } else { nil }
  }

  /// The kind and name of a manifest.
  private func identity(_ document: Document) -> String {
    let name = text(document.root.member("metadata")?.node.member("name")?.node)
    return "\(text(document.root.member("kind")?.node) ?? "?") \(name ?? "?")"
  }

  /// Everything listed is there, everything there is listed, and every patch has what it changes.
  private func expectWhole(_ plan: CloudPlan) {
    let paths = plan.paths(below: Self.folder).map { String($0.dropFirst(Self.folder.count)) }
    var listed: Set<String> = []
    var manifests: Set<String> = []
    var patches: [String] = []
    for path in paths where path.hasSuffix("/kustomization.yaml") {
      let folder = String(path.dropLast("kustomization.yaml".count))
      let root = document(plan, path).root
      listed.insert(path)
      for name in texts(root.member("resources")?.node) where name.hasSuffix(".yaml") {
        listed.insert(folder + name)
        let isNew = manifests.insert(identity(document(plan, folder + name))).inserted
        #expect(isNew || name == "namespace.yaml", "\(folder + name)")
      }
      for name in texts(root.member("patches")?.node) {
        listed.insert(folder + name)
        patches.append(identity(document(plan, folder + name)))
      }
    }
    #expect(Set(paths.filter { $0.hasSuffix(".yaml") }) == listed)
    for patch in patches { #expect(manifests.contains(patch), "\(patch)") }
  }

  @Test(arguments: Catalog.builtIn.starters.map(\.id))
  func theManifestsOfAStarterHangTogether(id: String) throws {
    let starter = try #require(Catalog.builtIn.starter(id))
    let text = String(decoding: starter.architecture.bytes, as: UTF8.self)
    let plan = CloudPlan(text + "\n[cloud]\ntargets = [\"kubernetes\"]\n")
    #expect(plan.paths(below: Self.folder + "overlays/").count >= 6)
    expectWhole(plan)
  }

  @Test func environmentsHaveTheirOwnNumbersAndNames() {
    let plan = CloudPlan(
      Self.head + """
        [environments.live.cloud.kubernetes]
        domain = "shop.example.com"
        registry = "registry.example.com/team"
        [environments.live.services.front.cloud]
        memory_mb = 1024
        max_instances = 9
        [environments.trial.deployment]
        strategy = "recreate"
        [[services]]
        name = "front"
        type = "bff"
        calls = ["back"]
        bff = { aggregates = ["back"] }
        [[services]]
        name = "back"
        type = "stateless"
        entities = [{ name = "Note", fields = { text = "text" } }]
        """)
    #expect(plan.diagnostics.filter { $0.severity == .error }.isEmpty)
    expectWhole(plan)
    let front = plan.text(Self.folder + "overlays/live/front/workload.yaml")
    #expect(front.contains("memory: \"1024Mi\""))
    let live = plan.text(Self.folder + "overlays/live/kustomization.yaml")
    #expect(live.contains("newName: \"registry.example.com/team/shop-front\""))
    #expect(
      plan.text(Self.folder + "overlays/live/front/autoscaler.yaml").contains("maxReplicas: 9"))
    let host = plan.text(Self.folder + "overlays/live/front/ingress.yaml")
    #expect(host.contains("host: \"front.shop.example.com\""))
    // What is as the file says needs no patch.
    #expect(!plan.paths(below: Self.folder).contains { $0.contains("live/back") })
    #expect(
      plan.text(Self.folder + "overlays/trial/front/workload.yaml").contains("type: Recreate"))
    #expect(
      plan.text(Self.folder + "overlays/trial/front/ingress.yaml")
        .contains("host: \"front.trial.shop.internal\""))
  }

  @Test func policiesFollowTheCalls() {
    let plan = CloudPlan(
      Self.head + """
        [settings]
        event_bus = "redis"
        [[services]]
        name = "front"
        type = "stateless"
        calls = ["back"]
        [[services]]
        name = "back"
        type = "stateless"
        publishes = ["NoteAdded"]
        entities = [{ name = "Note", fields = { text = "text" } }]
        database = { type = "postgres" }
        [[services]]
        name = "pay"
        type = "gateway"
        integrations = { providers = ["stripe"], auth = { stripe = "bearer" } }
        """)
    let front = plan.text(Self.folder + "base/front/network-policy.yaml")
    #expect(front.contains("kubernetes.io/metadata.name: \"ingress-nginx\""))
    #expect(front.contains("app.kubernetes.io/name: \"back\""))
    #expect(!front.contains("ports: ["))
    let back = plan.text(Self.folder + "base/back/network-policy.yaml")
    #expect(back.contains("app.kubernetes.io/name: \"front\"") && !back.contains("ingress-nginx"))
    #expect(back.contains("port: 5432") && back.contains("port: 6379") && !back.contains("443"))
    let pay = plan.text(Self.folder + "base/pay/network-policy.yaml")
    #expect(pay.contains("port: 443") && !pay.contains("  ingress:"))
    let workload = plan.text(Self.folder + "base/pay/workload.yaml")
    #expect(workload.contains("key: \"STRIPE_BASE_URL\"") && workload.contains("STRIPE_TOKEN"))
    #expect(!plan.paths(below: Self.folder).contains { $0.contains("pay/autoscaler") })
  }

  @Test func anEnvironmentOfAnotherMakeIsTold() {
    let service = """
      [[services]]
      name = "notes"
      type = "stateless"
      entities = [{ name = "Note", fields = { text = "text" } }]
      """
    let overlay = "[environments.live.settings]\ndefault_database = \"postgres\"\n"
    let told = CloudPlan(Self.head + overlay + service).diagnostics
    #expect(
      told.map { "\($0.severity) \($0.code): \($0.message)" } == [
        "warning environment-unfollowed: `notes` is of another make in `live`, which its overlay "
          + "cannot follow"
      ])
    #expect(told.first?.primary?.span != nil)
    // Where nothing is made for each environment there is nothing to tell.
    let local = Self.head.replacingOccurrences(of: "kubernetes", with: "local")
    #expect(CloudPlan(local + overlay + service).diagnostics.isEmpty)
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
    #expect(plan.diagnostics.filter { $0.severity == .error }.isEmpty)
    for index in services.indices {
      let workload = document(plan, "base/notes-\(index)/workload.yaml")
      #expect(identity(workload) == "Deployment notes-\(index)")
    }
    let script = plan.text(Self.folder + "deploy.sh")
    #expect(try Tool.run("sh", ["-n"], input: Data(script.utf8)).status == 0)
  }
}
