/// An order of nodes in which links lead forward, calls sooner than events where not all can, found in
/// time linear to the links.
struct LayerOrder {
  /// The place of each node in the order.
  private(set) var position: [Int]

  private let calls: [[Int]]
  private let events: [[Int]]
  private let component: [Int]
  private var missingCalls: [Int]
  private var missingEvents: [Int]
  private var placed = 0

  /// Orders so many nodes.
  init(count: Int, links: [GraphLayers.Link]) {
    position = Array(repeating: -1, count: count)
    var all: [[Int]] = Array(repeating: [], count: count)
    for link in links { all[link.source].append(link.target) }
    let component = StrongComponents(successors: all).component
    func successors(areCalls: Bool) -> [[Int]] {
      var successors: [[Int]] = Array(repeating: [], count: count)
      for link in links
      where link.isCall == areCalls && component[link.source] == component[link.target] {
        successors[link.source].append(link.target)
      }
      return successors
    }
    self.component = component
    calls = Self.withoutCircles(successors(areCalls: true))
    events = successors(areCalls: false)
    missingCalls = Self.incoming(calls)
    missingEvents = Self.incoming(events)
    placeAll()
  }

  /// Groups that reach each other one after the other: Tarjan numbers them from the last to the first.
  private mutating func placeAll() {
    var groups: [[Int]] = Array(repeating: [], count: (component.max() ?? -1) + 1)
    for (node, number) in component.enumerated() { groups[number].append(node) }
    for group in groups.reversed() { place(group) }
  }

  /// Places what no call leads to any more, first of all what no event leads to either.
  private mutating func place(_ group: [Int]) {
    var free = Queue(group.filter { missingCalls[$0] == 0 && missingEvents[$0] == 0 })
    var uncalled = Queue(group.filter { missingCalls[$0] == 0 && missingEvents[$0] > 0 })
    while let node = free.next() ?? uncalled.next() {
      guard position[node] < 0 else { continue }
      position[node] = placed
      placed += 1
      for target in events[node] {
        missingEvents[target] -= 1
        if missingEvents[target] == 0, missingCalls[target] == 0 { free.append(target) }
      }
      for target in calls[node] {
        missingCalls[target] -= 1
        guard missingCalls[target] == 0 else { continue }
        if missingEvents[target] == 0 { free.append(target) } else { uncalled.append(target) }
      }
    }
  }

  private struct Queue {
    private var nodes: [Int]
    private var start = 0

    init(_ nodes: [Int]) { self.nodes = nodes }

    mutating func append(_ node: Int) { nodes.append(node) }

    mutating func next() -> Int? {
      guard start < nodes.count else { return nil }
      start += 1
      return nodes[start - 1]
    }
  }

  private static func incoming(_ successors: [[Int]]) -> [Int] {
    var count = Array(repeating: 0, count: successors.count)
    for target in successors.joined() { count[target] += 1 }
    return count
  }

  /// The links without those that lead back to a node from which they were reached.
  private static func withoutCircles(_ successors: [[Int]]) -> [[Int]] {
    var kept: [[Int]] = Array(repeating: [], count: successors.count)
    var isOpen = Array(repeating: false, count: successors.count)
    var isSeen = isOpen
    for root in successors.indices where !isSeen[root] {
      var path = [(node: root, next: 0)]
      isSeen[root] = true
      isOpen[root] = true
      while let (node, next) = path.last {
        guard next < successors[node].count else {
          isOpen[node] = false
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let target = successors[node][next]
        if !isOpen[target] { kept[node].append(target) }
        if !isSeen[target] {
          isSeen[target] = true
          isOpen[target] = true
          path.append((target, 0))
        }
      }
    }
    return kept
  }
}
