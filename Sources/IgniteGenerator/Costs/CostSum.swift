import IgniteCatalog
import IgniteModel

/// Adds up what a platform uses of one cloud.
struct CostSum {
  private let platform: PlatformFacts
  private let entry: Entry
  private let assumptions: CostEstimate.Assumptions
  private let regions: [String]

  init(platform: PlatformFacts, entry: Entry, assumptions: CostEstimate.Assumptions) {
    self.platform = platform
    self.entry = entry
    self.assumptions = assumptions
    regions = entry.cloud.map { platform.regions(of: $0) } ?? []
  }

  func target() -> CostEstimate.Target {
    guard let table = entry.prices else {
      return CostEstimate.Target(
        cloud: entry.id, title: entry.title, regions: regions, prices: nil, lines: [],
        uncounted: [])
    }
    return CostEstimate.Target(
      cloud: entry.id, title: entry.title, regions: regions, prices: table,
      lines: platform.services.flatMap { lines(of: $0, table) } + shared(table),
      uncounted: unpriced(table) + table.uncounted)
  }

  // MARK: Services

  /// The instances of a service in one region when nobody calls, and at most.
  private func instances(of service: ServiceFacts, _ table: PriceTable) -> (
    least: Double, most: Double
  ) {
    let settings = service.resolved.service.settings
    let wanted = settings.integer("cloud.min_instances")?.value ?? 1
    let isSteady = service.isSteady || service.ingress == "none" || service.hasVolume
    let least = service.hasVolume ? 1 : isSteady ? max(wanted, 1) : wanted
    let most = isSteady && table.steadyIsFixed ? least : max(service.scale.most, least)
    return (Double(least), Double(most))
  }

  private func lines(of service: ServiceFacts, _ table: PriceTable) -> [CostEstimate.Line] {
    let (least, most) = instances(of: service, table)
    let size = entry.cloud.flatMap { service.size(of: $0) }
    let words = Set([size?.name, service.resolved.runtime].compactMap { $0 })
    let places = service.hasVolume ? Array(regions.prefix(1)) : regions
    return table.prices.compactMap { price in
      guard price.only.map(words.contains) ?? true,
        let amount = amount(of: price.quantity, for: service, size)
      else { return nil }
      let isRunning = PriceTable.Quantity.running.contains(price.quantity)
      let factor = factor(of: price, table, in: isRunning ? places : Array(places.prefix(1)))
      let cost = price.amount * factor * amount
      guard cost * most > 0 else { return nil }
      return CostEstimate.Line(
        service: service.name, what: price.label, least: isRunning ? cost * least : cost,
        most: isRunning ? cost * most : cost)
    }
  }

  /// How much of a quantity a service uses, each instance of it where instances use it.
  private func amount(
    of quantity: PriceTable.Quantity, for service: ServiceFacts, _ size: CloudContext.Size?
  ) -> Double? {
    let memory = Double(size?.memory ?? service.scale.memory)
    switch quantity {
    case .instances: return 1
    case .processors:
      return size.map { Double($0.cpu) / 1024 } ?? Double(service.scale.cpuMillis) / 1000
    case .memory: return memory / 1024
    case .extraMemory:
      let least = entry.cloud?.sizes.first { $0.name == size?.name }?.memory.lowerBound ?? 0
      return (memory - Double(least)) / 1024
    case .volume: return service.hasVolume ? assumptions.volume : nil
    case .publicServices: return service.ingress == "public" ? 1 : nil
    case .requests, .egress, .server, .platform: return nil
    }
  }

  /// The sum of what a price is in all regions.
  private func factor(of price: PriceTable.Price, _ table: PriceTable, in regions: [String])
    -> Double
  {
    guard !regions.isEmpty else { return 1 }
    return regions.reduce(0) { $0 + (price.isRegional ? table.factors[$1] ?? 1 : 1) }
  }

  // MARK: What is shared

  private var servers: Set<String> { Set(platform.services.flatMap(\.servers)) }

  private func shared(_ table: PriceTable) -> [CostEstimate.Line] {
    let requests = assumptions.requestsPerSecond * table.hours * 3600
    return table.prices.compactMap { price in
      let amount: Double
      switch price.quantity {
      case .server:
        guard price.only.map(servers.contains) ?? false else { return nil }
        amount = 1
      case .platform: amount = 1
      case .requests: amount = requests / 1_000_000
      case .egress: amount = requests * assumptions.answer / 1_000_000
      default: return nil
      }
      let cost = price.amount * factor(of: price, table, in: Array(regions.prefix(1))) * amount
      let isTraffic = !price.quantity.isTimed
      return CostEstimate.Line(
        service: nil, what: price.label, least: isTraffic ? 0 : cost, most: cost)
    }
  }

  /// The servers that the platform uses and the table does not know.
  private func unpriced(_ table: PriceTable) -> [String] {
    let known = Set(table.prices.filter { $0.quantity == .server }.compactMap(\.only))
    return servers.subtracting(known).sorted().map { "the server `\($0)`" }
  }
}

extension PriceTable.Quantity {
  /// What is used by instances while they run.
  fileprivate static let running: Set<Self> = [.instances, .processors, .memory, .extraMemory]
}
