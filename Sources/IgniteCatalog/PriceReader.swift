import IgniteSyntax

/// Reads the `prices.toml` of a cloud.
///
/// ```toml
/// currency = "USD"
/// hours = 720
/// region = "fra"          # whose prices they are, where regions differ
/// uncounted = ["support"]
/// unstopped = ["fargate"] # runtimes with one instance at least
/// [regions]
/// fra = 1.15
/// [[prices]]
/// quantity = "instances"  # see `PriceTable.Quantity`
/// only = "shared-cpu-1x"  # the size, runtime, server … it is for; several where all must fit
/// label = "machines"
/// amount = 2.19
/// idle = 0.5              # where one that waits for requests costs less
/// per = "month"           # month, hour or second, where time counts
/// regional = true         # times the factor of the region
/// per_region = true       # shared things: in each region
/// source = "https://…"
/// date = "2026-11"
/// ```
struct PriceReader {
  private let root: DocumentNode
  /// Called with what is wrong and where.
  private let report: (String, Span) -> Void

  private static let known = [
    "currency", "hours", "region", "steady_is_fixed", "unstopped", "uncounted", "regions", "prices",
  ]
  private static let knownOfPrices = [
    "quantity", "only", "label", "amount", "idle", "per", "regional", "per_region", "source",
    "date",
  ]

  init(root: DocumentNode, report: @escaping (String, Span) -> Void) {
    self.root = root
    self.report = report
  }

  /// The table; absent where something of the whole is missing.
  func table() -> PriceTable? {
    reportUnknown(root, Self.known, "a price table")
    guard let currency = text("currency", of: root), let hours = number("hours", of: root),
      hours > 0
    else {
      report("a price table has a `currency` and the `hours` of a month", root.span)
      return nil
    }
    return PriceTable(
      currency: currency, hours: hours, region: text("region", of: root), factors: factors(),
      steadyIsFixed: root.member("steady_is_fixed")?.node.value == .boolean(true),
      unstopped: words("unstopped", of: root),
      prices: elements("prices").compactMap { price($0, hours: hours) },
      uncounted: words("uncounted", of: root))
  }

  private func factors() -> [String: Double] {
    guard case .table(let members)? = root.member("regions")?.node.content else { return [:] }
    var factors: [String: Double] = [:]
    for member in members {
      guard let factor = Self.number(member.node), factor > 0 else {
        report("a region has a factor", member.node.span)
        continue
      }
      factors[member.key] = factor
    }
    return factors
  }

  private func price(_ table: DocumentNode, hours: Double) -> PriceTable.Price? {
    reportUnknown(table, Self.knownOfPrices, "a price")
    guard let quantity = text("quantity", of: table).flatMap(PriceTable.Quantity.init),
      let label = text("label", of: table), let amount = number("amount", of: table), amount >= 0,
      let source = text("source", of: table), let date = text("date", of: table)
    else {
      let names = PriceTable.Quantity.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      report(
        "a price has a `label`, an `amount`, a `source`, a `date` and a `quantity` of \(names)",
        table.span)
      return nil
    }
    guard let factor = times(text("per", of: table), quantity, hours: hours) else {
      report("a price is `per` month, hour or second where time counts, else without", table.span)
      return nil
    }
    return PriceTable.Price(
      quantity: quantity, label: label, amount: amount * factor,
      idle: number("idle", of: table).map { $0 * factor }, only: words("only", of: table),
      isRegional: table.member("regional")?.node.value == .boolean(true),
      isPerRegion: table.member("per_region")?.node.value == .boolean(true), source: source,
      date: date)
  }

  /// How often the price of a stretch of time is paid in a month.
  private func times(_ per: String?, _ quantity: PriceTable.Quantity, hours: Double) -> Double? {
    switch (per, quantity.isTimed) {
    case (nil, false), ("month", true): 1
    case ("hour", true): hours
    case ("second", true): hours * 3600
    default: nil
    }
  }

  private func reportUnknown(_ table: DocumentNode, _ known: [String], _ noun: String) {
    guard case .table(let members) = table.content else { return }
    for member in members where !known.contains(member.key) {
      report("`\(member.key)` is no key of \(noun)", member.keySpan)
    }
  }

  private func elements(_ key: String) -> [DocumentNode] {
    if case .array(let elements)? = root.member(key)?.node.content { elements } else { [] }
  }

  private func text(_ key: String, of table: DocumentNode) -> String? {
    if case .string(let text)? = table.member(key)?.node.content, !text.isEmpty {
      text
    } else {
      nil
    }
  }

  /// A word or several.
  private func words(_ key: String, of table: DocumentNode) -> [String] {
    let nodes: [DocumentNode] =
      switch table.member(key)?.node.content {
      case .array(let elements)?: elements
      case .string?: table.member(key).map { [$0.node] } ?? []
      default: []
      }
    return nodes.compactMap { if case .string(let word) = $0.content { word } else { nil } }
  }

  private func number(_ key: String, of table: DocumentNode) -> Double? {
    table.member(key).flatMap { Self.number($0.node) }
  }

  private static func number(_ node: DocumentNode) -> Double? {
    switch node.content {
    case .float(let number): number.isFinite ? number : nil
    case .integer(let number): Double(number)
    default: nil
    }
  }
}
