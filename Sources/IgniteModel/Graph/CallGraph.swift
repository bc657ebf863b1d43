/// Who calls whom synchronously, by the numbers of the services.
struct CallGraph {
  /// One call of a service by another.
  struct Call {
    /// The number of the caller.
    var caller: Int
    /// The number of the called service.
    var callee: Int
    /// The called service as the caller names it.
    var target: Sourced<String>
  }

  /// The calls of each service to other services, in the order of the file, each callee once.
  let calls: [[Call]]

  /// Takes the calls between different services that exist.
  init(_ index: ArchitectureIndex) {
    calls = index.services.enumerated().map { caller, service in
      var seen: Set<Int> = [caller]
      return service.calls.compactMap { target in
        guard let callee = index.servicesByName[target.value]?.first else { return nil }
        guard seen.insert(callee).inserted else { return nil }
        return Call(caller: caller, callee: callee, target: target)
      }
    }
  }

  /// The callees of each service.
  var successors: [[Int]] { calls.map { $0.map(\.callee) } }

  /// The callers of each service.
  var predecessors: [[Int]] {
    var callers: [[Int]] = Array(repeating: [], count: calls.count)
    for call in calls.joined() { callers[call.callee].append(call.caller) }
    return callers
  }

  /// For each group of services that reach each other, a shortest cycle through its first service.
  func cycles() -> [[Call]] {
    let components = StrongComponents(successors: successors)
    return components.groups.map { cycle(through: $0[0], in: components) }
  }

  private func cycle(through start: Int, in components: StrongComponents) -> [Call] {
    var cameBy: [Int: Call] = [:]
    var queue = [start]
    var place = 0
    while place < queue.count {
      for call in calls[queue[place]] where isInside(call, components) && cameBy[call.callee] == nil
      {
        cameBy[call.callee] = call
        if call.callee == start { return path(to: start, by: cameBy) }
        queue.append(call.callee)
      }
      place += 1
    }
    return []
  }

  private func isInside(_ call: Call, _ components: StrongComponents) -> Bool {
    components.component[call.callee] == components.component[call.caller]
  }

  private func path(to end: Int, by cameBy: [Int: Call]) -> [Call] {
    var path: [Call] = []
    var node = end
    while let call = cameBy[node] {
      path.append(call)
      node = call.caller
      if node == end { break }
    }
    return path.reversed()
  }
}
