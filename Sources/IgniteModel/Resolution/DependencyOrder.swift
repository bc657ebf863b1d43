/// Puts services after those they call.
enum DependencyOrder {
  /// The places in order: depth first from the first service on, without recursion; a call back into
  /// a cycle counts for nothing.
  static func order(of calls: [[Int]]) -> [Int] {
    var order: [Int] = []
    order.reserveCapacity(calls.count)
    var isSeen = [Bool](repeating: false, count: calls.count)
    var stack: [(service: Int, next: Int)] = []
    for start in calls.indices where !isSeen[start] {
      isSeen[start] = true
      stack.append((start, 0))
      while let (service, next) = stack.last {
        guard next < calls[service].count else {
          order.append(service)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let called = calls[service][next]
        guard !isSeen[called] else { continue }
        isSeen[called] = true
        stack.append((called, 0))
      }
    }
    return order
  }
}
