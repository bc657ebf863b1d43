/// The longest chain of services that wait for each other.
public struct CriticalPath: Hashable, Sendable {
  /// One service of the chain.
  public struct Step: Hashable, Sendable {
    /// Its name.
    public var service: String
    /// How long its call of the next one can take with all attempts, in milliseconds; 0 for the last.
    public var callBudget: Int64
  }

  /// The services from the first caller to the last called.
  public var steps: [Step]
  /// How long the first caller waits for one answer before it gives up, in milliseconds.
  public var timeout: Int64

  /// How long the first call can take when the last service of the chain does not answer and its caller
  /// makes every attempt, in milliseconds.
  public var budget: Int64 { steps.dropLast().last?.callBudget ?? 0 }

  /// Whether attempts at the end of the chain go on after the first caller has given up.
  public var isOverBudget: Bool { steps.count > 2 && budget > timeout }
}

extension ArchitectureIndex {
  /// The longest chain of synchronous calls, the earlier service first where several are as long; calls
  /// that close a circle are left out. Absent when nobody calls.
  public var criticalPath: CriticalPath? {
    let calls = CallGraph(self)
    let links = calls.calls.joined().map { GraphLayers.Link($0.caller, $0.callee, isCall: true) }
    let layers = GraphLayers(count: services.count, links: links)
    guard let depth = layers.layer.max(), depth > 0 else { return nil }
    let forward = links.filter { !layers.backward.contains($0) }
    let callers = Dictionary(grouping: forward, by: \.target)
    guard var node = layers.layer.firstIndex(of: depth) else { return nil }
    var chain = [node]
    while let caller = callers[node]?.map(\.source)
      .filter({ layers.layer[$0] == layers.layer[node] - 1 }).min()
    {
      chain.append(caller)
      node = caller
    }
    return path(chain.reversed())
  }

  private func path(_ chain: [Int]) -> CriticalPath {
    let steps = chain.enumerated().map { place, number in
      let service = services[number]
      let budget = ServiceTimes(settings: service.settings).callBudget
      return CriticalPath.Step(
        service: service.name.value, callBudget: place == chain.count - 1 ? 0 : budget)
    }
    return CriticalPath(steps: steps, timeout: ServiceTimes.requestTimeout)
  }
}
