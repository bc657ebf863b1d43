/// The groups of nodes that reach each other, after Tarjan, without recursion.
struct StrongComponents {
  /// The groups with more than one node, each sorted, by their first node.
  private(set) var groups: [[Int]] = []
  /// The number of the group that each node is in; every node is in one.
  private(set) var component: [Int]

  private var order: [Int]
  private var low: [Int]
  private var stack: [Int] = []
  private var counter = 0
  private var count = 0

  /// Finds the groups of a graph given by the successors of each node, in linear time.
  init(successors: [[Int]]) {
    component = Array(repeating: -1, count: successors.count)
    order = component
    low = component
    for node in successors.indices where order[node] < 0 { visit(node, successors) }
    groups.sort { $0[0] < $1[0] }
  }

  private mutating func visit(_ root: Int, _ successors: [[Int]]) {
    var path = [(node: root, next: 0)]
    enter(root)
    while let (node, next) = path.last {
      if next < successors[node].count {
        path[path.count - 1].next += 1
        let target = successors[node][next]
        if order[target] < 0 {
          enter(target)
          path.append((target, 0))
        } else if component[target] < 0 {
          low[node] = min(low[node], order[target])
        }
      } else {
        path.removeLast()
        if let parent = path.last?.node { low[parent] = min(low[parent], low[node]) }
        if low[node] == order[node] { close(node) }
      }
    }
  }

  private mutating func enter(_ node: Int) {
    order[node] = counter
    low[node] = counter
    counter += 1
    stack.append(node)
  }

  private mutating func close(_ root: Int) {
    var group: [Int] = []
    while let node = stack.popLast() {
      component[node] = count
      group.append(node)
      if node == root { break }
    }
    count += 1
    if group.count > 1 { groups.append(group.sorted()) }
  }
}
