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

  private func isSteady(_ service: ServiceFacts) -> Bool {
    guard !service.isPushed(on: entry.id) else { return false }
    return service.isSteady || service.ingress == "none" || service.hasVolume
  }

  /// The instances of a service in one region when nobody calls, and at most.
  private func instances(of service: ServiceFacts, _ table: PriceTable) -> (
    least: Double, most: Double
  ) {
    let settings = service.resolved.service.settings
    let wanted = settings.integer("cloud.min_instances")?.value ?? 1
    let isSteady = isSteady(service)
    let stays = isSteady || service.runtime(on: entry.id).map(table.unstopped.contains) ?? false
    let least = service.hasVolume ? 1 : stays ? max(wanted, 1) : wanted
    let most = isSteady && table.steadyIsFixed ? least : max(service.scale.most, least)
    return (Double(least), Double(most))
  }

  /// What prices can name of a service.
  private func words(of service: ServiceFacts, _ size: CloudContext.Size?) -> Set<String> {
    var words: Set = [service.ingress, isSteady(service) ? "steady" : "stoppable"]
    words.formUnion([size?.name, service.runtime(on: entry.id), strategy].compactMap { $0 })
    if service.ingress != "none" { words.insert("called") }
    if !service.givenSecrets.isEmpty { words.insert("credentials") }
    if !service.consumes.isEmpty { words.insert("consumes") }
    if service.hasBus { words.insert(service.resolved.bus) }
    return words
  }

  private var strategy: String? { platform.settings.string("deployment.strategy")?.value }

  private func lines(of service: ServiceFacts, _ table: PriceTable) -> [CostEstimate.Line] {
    let (least, most) = instances(of: service, table)
    let size = entry.cloud.flatMap { service.size(of: $0) }
    let words = words(of: service, size)
    let places = service.hasVolume ? Array(regions.prefix(1)) : regions
    return table.prices.compactMap { price in
      guard words.isSuperset(of: price.only),
        let amount = amount(of: price.quantity, for: service, size)
      else { return nil }
      let isRunning = PriceTable.Quantity.running.contains(price.quantity)
      let isEverywhere = isRunning || price.isPerRegion
      let factor = factor(of: price, table, in: isEverywhere ? places : Array(places.prefix(1)))
      let (cost, idle) = (
        price.amount * factor * amount, (price.idle ?? price.amount) * factor * amount
      )
      guard cost * most > 0 else { return nil }
      return CostEstimate.Line(
        service: service.name, what: price.label, least: isRunning ? idle * least : idle,
        most: isRunning ? cost * most : cost)
    }
  }

  /// How much of a quantity a service uses, each instance of it where instances use it.
  private func amount(
    of quantity: PriceTable.Quantity, for service: ServiceFacts, _ size: CloudContext.Size?
  ) -> Double? {
    let memory = Double(size?.memory ?? service.scale.memory)
    switch quantity {
    case .instances, .services: return 1
    case .processors:
      return size.map { Double($0.cpu) / 1024 } ?? Double(service.scale.cpuMillis) / 1000
    case .memory: return memory / 1024
    case .extraMemory:
      let least = entry.cloud?.sizes.first { $0.name == size?.name }?.memory.lowerBound ?? 0
      return (memory - Double(least)) / 1024
    case .volume: return service.hasVolume ? assumptions.volume : nil
    case .publicServices: return service.ingress == "public" ? 1 : nil
    case .databases: return service.isOnPostgres ? 1 : nil
    case .secrets:
      let told = service.environment.filter(\.isSecret).count + service.givenSecrets.count
      return Double(told)
    case .requests, .publications, .deliveries, .logs, .egress, .server, .platform: return nil
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

  /// What prices can name of the platform.
  private var words: Set<String> {
    var words = servers.union(platform.placements(on: entry.id))
    words.formUnion([platform.bus, strategy].compactMap { $0 })
    if platform.isBalanced { words.insert("spread") }
    if platform.services.contains(where: { !isSteady($0) }) { words.insert("stoppable") }
    return words
  }

  private func shared(_ table: PriceTable) -> [CostEstimate.Line] {
    let words = words
    return table.prices.compactMap { price in
      guard words.isSuperset(of: price.only), let amount = shared(price.quantity, table),
        amount > 0, price.quantity != .server || !price.only.isEmpty
      else { return nil }
      let places = price.isPerRegion ? regions : Array(regions.prefix(1))
      let cost = price.amount * factor(of: price, table, in: places) * amount
      let isTraffic = !price.quantity.isTimed
      return CostEstimate.Line(
        service: nil, what: price.label, least: isTraffic ? 0 : cost, most: cost)
    }
  }

  /// How much of a quantity the platform uses as a whole.
  private func shared(_ quantity: PriceTable.Quantity, _ table: PriceTable) -> Double? {
    let requests = assumptions.requestsPerSecond * table.hours * 3600
    let events = platform.events.count
    let published = events == 0 || platform.bus == nil ? 0 : requests * assumptions.publications
    switch quantity {
    case .server, .platform: return 1
    case .databases: return platform.bus == "postgres" ? 1 : nil
    case .requests: return requests / 1_000_000
    case .publications: return published / 1_000_000
    case .deliveries:
      // All events are told as often.
      let consumers = platform.events.reduce(0) { $0 + $1.consumers.count }
      return events == 0 ? 0 : published * Double(consumers) / Double(events) / 1_000_000
    case .logs: return requests * assumptions.logs / 1_000_000
    case .egress: return requests * assumptions.answer / 1_000_000
    default: return nil
    }
  }

  /// What the platform uses and the table does not know.
  private func unpriced(_ table: PriceTable) -> [String] {
    var known = Set(table.prices.filter { $0.quantity == .server }.flatMap(\.only))
    if table.prices.contains(where: { $0.quantity == .databases }) { known.insert("postgres") }
    let unknown = servers.subtracting(known).sorted().map { "the server `\($0)`" }
    guard let region = table.region else { return unknown }
    return unknown
      + regions.filter { table.factors[$0] == nil }.map {
        "what is dearer or cheaper in \($0) than in \(region)"
      }
  }
}

extension PriceTable.Quantity {
  /// What is used by instances while they run.
  fileprivate static let running: Set<Self> = [.instances, .processors, .memory, .extraMemory]
}
