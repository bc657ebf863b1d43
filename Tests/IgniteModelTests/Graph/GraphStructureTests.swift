import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

struct GraphStructureTests {
  private let shop = sketch(
    "web -> orders catalog", "orders -> payments catalog ! OrderPlaced ? PaymentSucceeded",
    "payments ! PaymentSucceeded = stripe", "catalog", "mail ? OrderPlaced PaymentSucceeded")

  private func names(_ numbers: [Int], in graph: ArchitectureGraph) -> [String] {
    numbers.map { graph.nodes[$0].name }
  }

  @Test func connectsServicesWithBusAndExternalSystems() {
    let graph = ArchitectureGraph(shop)
    #expect(
      graph.nodes.map(\.id) == [
        "service:web", "service:orders", "service:payments", "service:catalog", "service:mail",
        "bus:memory", "external:stripe",
      ])
    let edges = graph.edges.map {
      "\(graph.nodes[$0.source].name) \($0.event ?? $0.kind.rawValue) \(graph.nodes[$0.target].name)"
    }
    #expect(
      edges == [
        "web calls orders", "web calls catalog", "orders calls payments", "orders calls catalog",
        "orders OrderPlaced memory", "memory PaymentSucceeded orders", "payments calls stripe",
        "payments PaymentSucceeded memory", "memory OrderPlaced mail",
        "memory PaymentSucceeded mail",
      ])
  }

  @Test func remembersTheTextThatCausedAnEdge() {
    let text = """
      [architecture]
      name = "shop"
      [[services]]
      name = "orders"
      type = "stateless"
      calls = ["payments"]
      entities = ["Order"]
      [[services]]
      name = "payments"
      type = "stateless"
      """
    let source = Source(name: "shop.toml", text: text)
    let graph = ArchitectureGraph(ArchitectureLoader().load(source, format: .toml).architecture)
    let call = graph.edges.first { $0.kind == .calls }
    #expect(call?.span.map { source.text(in: $0) } == "\"payments\"")
    #expect(graph.edges.filter { $0.kind == .reads || $0.kind == .writes }.count == 4)
    #expect(
      graph.nodes.map(\.id) == [
        "service:orders", "service:payments", "store:orders", "store:payments",
      ])
  }

  @Test func putsCallersBeforeWhatTheyCall() {
    let graph = ArchitectureGraph(shop)
    #expect(
      graph.layers.map { names($0, in: graph) } == [
        ["web"], ["orders"], ["payments", "catalog"], ["mail", "stripe"],
      ])
    #expect(graph.cycles == [])
  }

  @Test func findsCirclesOfCalls() {
    let graph = ArchitectureGraph(
      sketch("a -> b", "b -> c", "c -> a d", "d -> e", "e -> d", "f -> f"))
    #expect(graph.cycles.map { names($0, in: graph) } == [["a", "b", "c"], ["d", "e"]])
  }

  @Test func followsTheLongestChain() {
    let index = ArchitectureIndex(
      sketch("a -> d", "b -> c", "c -> d", "d -> e", "e", "f -> g", "g -> f"))
    #expect(index.criticalPath?.steps.map(\.service) == ["b", "c", "d", "e"])
    #expect(ArchitectureIndex(sketch("a", "b ! E", "c ? E")).criticalPath == nil)
  }

  @Test func addsAttemptsAndWaitsToABudget() {
    let text = """
      [architecture]
      name = "shop"
      [resilience.retry]
      max_attempts = 3
      initial_interval_ms = 100
      multiplier = 2
      """
    let services = ["a -> b", "b -> c", "c"].map { line in
      let words = line.split(separator: " ")
      let calls = words.count > 2 ? "calls = [\"\(words[2])\"]" : ""
      return "\n[[services]]\nname = \"\(words[0])\"\ntype = \"stateless\"\n\(calls)"
    }
    let source = Source(name: "shop.toml", text: text + services.joined())
    let loaded = ArchitectureLoader().load(source, format: .toml)
    let path = ArchitectureIndex(loaded.architecture).criticalPath
    // Three requests of 10 s and waits of 100 ms and 200 ms.
    #expect(path?.steps.map(\.callBudget) == [30_300, 30_300, 0])
    #expect(path?.budget == 30_300)
    #expect(path?.timeout == 10_000)
    #expect(path?.isOverBudget == true)
  }

  @Test func tellsWhoFailsAndWhoStarves() throws {
    let graph = ArchitectureGraph(shop)
    let payments = try #require(graph.blastRadius(of: "payments"))
    #expect(payments.failing == ["web", "orders"])
    #expect(payments.starving == ["mail"])
    let mail = try #require(graph.blastRadius(of: "mail"))
    #expect(mail.failing + mail.starving == [])
    #expect(graph.blastRadius(of: "nobody") == nil)
  }

  @Test func leadsOnlyWhatClosesACircleBack() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<50 {
      let links = (0..<40).map { _ in
        GraphLayers.Link(
          .random(in: 0..<15, using: &random), .random(in: 0..<15, using: &random),
          isCall: .random(using: &random))
      }
      let layers = GraphLayers(count: 15, links: links)
      for link in links where link.source != link.target {
        let (source, target) = (layers.layer[link.source], layers.layer[link.target])
        #expect(layers.backward.contains(link) ? source > target : source < target)
      }
    }
  }

  @Test func leadsNothingBackThatClosesNoCircle() {
    let links = (0..<200).map { GraphLayers.Link($0 % 20, 20 + $0 / 10, isCall: $0 % 3 == 0) }
    #expect(GraphLayers(count: 40, links: links).backward.isEmpty)
    let circle = [
      GraphLayers.Link(0, 1, isCall: true), GraphLayers.Link(1, 0, isCall: false),
    ]
    #expect(GraphLayers(count: 2, links: circle).backward == [circle[1]])
  }

  @Test func layoutsKeepBoxesApart() throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<30 {
      let links = (0..<60).map { _ in
        GraphLayers.Link(
          .random(in: 0..<30, using: &random), .random(in: 0..<30, using: &random),
          isCall: .random(using: &random))
      }
      let widths = (0..<30).map { _ in Int.random(in: 5...20, using: &random) }
      let layout = try #require(GraphLayout(widths: widths, links: links))
      var cells: Set<[Int]> = []
      for box in layout.boxes {
        for x in box.x..<(box.x + box.width) {
          for y in box.y..<(box.y + 3) { #expect(cells.insert([x, y]).inserted) }
        }
      }
      for stretch in layout.stretches {
        for x in stretch.fromX...stretch.toX {
          for y in stretch.fromY...stretch.toY { #expect(!cells.contains([x, y])) }
        }
      }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func endsOnLargeAndTangledArchitectures() {
    let count = 3000
    let services = (0..<count).map { number in
      "s\(number) -> s\((number + 1) % count) s\((number * 7 + 3) % count) ! E\(number) ? E\((number + 5) % count)"
    }
    let architecture = sketch(services)
    let graph = ArchitectureGraph(architecture)
    #expect(graph.cycles.map(\.count) == [count])
    #expect(GraphPicture().render(graph).hasPrefix("3000 boxes are too many to draw here"))
    #expect(Rules.check(architecture).filter { $0.code == "call-cycle" }.count == 1)
  }
}
