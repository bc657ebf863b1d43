import IgniteSyntax

/// Reads what an `entry.toml` of a cloud says of its regions, sizes and what it prefers.
///
/// ```toml
/// regions = ["fra", "iad"] # the one taken without a choice first
/// data_per_region = true   # where a database is written in one region alone
/// pulumi = ["cloud-run"]   # the runtimes that its Pulumi program makes
/// prefers = { event_bus = "redis", default_database = "postgres" } # of new platforms
///
/// [[sizes]]
/// name = "shared-cpu-1x"
/// cpu = 1024               # 1/1024 of a processor
/// memory_mb = [256, 2048]  # the least and the most
/// memory_step_mb = 256
///
/// [names]
/// service = 49             # the most characters of such a name
/// ```
struct CloudReader {
  private let root: DocumentNode
  /// Called with what is wrong and where.
  private let report: (String, Span) -> Void

  private static let preferred = ["event_bus", "default_database"]
  private static let known = ["name", "cpu", "memory_mb", "memory_step_mb"]

  init(root: DocumentNode, report: @escaping (String, Span) -> Void) {
    self.root = root
    self.report = report
  }

  /// What the cloud offers, given its regions; absent where it has none.
  func offer(regions: [String], pulumi: [String]) -> CloudOffer? {
    regions.isEmpty
      ? nil
      : CloudOffer(
        regions: regions, sizes: sizes(), preferences: preferences(),
        hasDataPerRegion: flag("data_per_region"), pulumi: pulumi,
        nameLimits: nameLimits())
  }

  private func flag(_ key: String) -> Bool {
    guard let node = root.member(key)?.node else { return false }
    guard case .boolean(let value) = node.content else {
      report("`\(key)` must be true or false", node.span)
      return false
    }
    return value
  }

  private func preferences() -> [CloudOffer.Preference] {
    guard let node = root.member("prefers")?.node else { return [] }
    guard case .table(let members) = node.content else {
      report("`prefers` must be a table", node.span)
      return []
    }
    return members.compactMap { member in
      guard Self.preferred.contains(member.key), case .string(let value) = member.node.content
      else {
        let known = Self.preferred.joined(separator: " and ")
        report("`prefers` takes texts for \(known)", member.keySpan)
        return nil
      }
      return CloudOffer.Preference(key: member.key, value: value)
    }
  }

  /// Names need room for the hash that tells those apart which were cut.
  private static let leastNameLimit = 16

  private func nameLimits() -> [String: Int64] {
    guard let node = root.member("names")?.node else { return [:] }
    guard case .table(let members) = node.content else {
      report("`names` must be a table", node.span)
      return [:]
    }
    var limits: [String: Int64] = [:]
    for member in members {
      guard let limit = number(member.key, of: node), limit >= Self.leastNameLimit else {
        report("a name has room for at least \(Self.leastNameLimit) characters", member.node.span)
        continue
      }
      limits[member.key] = limit
    }
    return limits
  }

  private func sizes() -> [CloudOffer.Size] {
    guard let node = root.member("sizes")?.node else { return [] }
    guard case .array(let elements) = node.content else {
      report("`sizes` must be a list of tables", node.span)
      return []
    }
    return elements.compactMap(size)
  }

  private func size(_ table: DocumentNode) -> CloudOffer.Size? {
    guard case .table(let members) = table.content else {
      report("`sizes` must be a list of tables", table.span)
      return nil
    }
    for member in members where !Self.known.contains(member.key) {
      report("`\(member.key)` is no key of a size", member.keySpan)
    }
    guard case .string(let name)? = table.member("name")?.node.content,
      let cpu = number("cpu", of: table), let memory = range("memory_mb", of: table),
      let step = number("memory_step_mb", of: table)
    else {
      report("a size has a `name`, `cpu`, `memory_mb` and `memory_step_mb`", table.span)
      return nil
    }
    return CloudOffer.Size(name: name, cpu: cpu, memory: memory, memoryStep: step)
  }

  private func number(_ key: String, of table: DocumentNode) -> Int64? {
    guard case .integer(let number)? = table.member(key)?.node.content, number > 0,
      number < 1 << 40
    else { return nil }
    return number
  }

  private func range(_ key: String, of table: DocumentNode) -> ClosedRange<Int64>? {
    guard case .array(let ends)? = table.member(key)?.node.content, ends.count == 2,
      case .integer(let low) = ends[0].content, case .integer(let high) = ends[1].content,
      0 < low, low <= high, high < 1 << 40
    else { return nil }
    return low...high
  }
}
