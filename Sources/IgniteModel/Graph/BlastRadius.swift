/// What happens to other services when one fails.
public struct BlastRadius: Hashable, Sendable {
  /// The services that fail with it, because they call it or somebody who does, by name.
  public var failing: [String]
  /// The services that get no new events while it is down, directly or through others, by name.
  public var starving: [String]
}

extension ArchitectureGraph {
  /// What fails and what starves when the service of a name is down; absent when there is none.
  public func blastRadius(of name: String) -> BlastRadius? {
    guard let start = nodes.firstIndex(where: { $0.kind == .service && $0.name == name }) else {
      return nil
    }
    var callers: [[Int]] = Array(repeating: [], count: nodes.count)
    for edge in edges where edge.kind == .calls { callers[edge.target].append(edge.source) }
    let failing = reachable(from: [start], by: callers)
    var handlers: [[Int]] = Array(repeating: [], count: nodes.count)
    for flow in flows { handlers[flow.source].append(flow.target) }
    let starving = reachable(from: failing.sorted(), by: handlers).subtracting(failing)
    return BlastRadius(
      failing: names(of: failing, except: start), starving: names(of: starving, except: start))
  }

  private func reachable(from start: [Int], by successors: [[Int]]) -> Set<Int> {
    var seen = Set(start)
    var waiting = start
    while let node = waiting.popLast() {
      for next in successors[node] where seen.insert(next).inserted { waiting.append(next) }
    }
    return seen
  }

  private func names(of numbers: Set<Int>, except start: Int) -> [String] {
    numbers.filter { $0 != start }.sorted().map { nodes[$0].name }
  }
}
