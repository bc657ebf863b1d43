/// Ports for services that give none.
///
/// A port follows from the service's name alone (FNV-1a, no seed) inside a range of its protocol, and
/// from the ports others have only where two meet; so it stays when services come, go or move. The
/// ranges lie below 32768, where systems take the ports of outgoing connections.
struct PortAssignment {
  private var ports: [[ResolvedPort]]
  private var taken: Set<Int>
  /// Ranges without a free port, which only platforms of thousands of services have.
  private var full: Set<Range<Int>> = []

  init(_ services: [Service]) {
    ports = services.map { service in
      service.ports.map {
        ResolvedPort(protocolID: $0.protocolID, number: $0.number.value, isWritten: true)
      }
    }
    taken = Set(ports.joined().map(\.number))
    let order = services.indices.sorted {
      (services[$0].name.value, $0) < (services[$1].name.value, $1)
    }
    for index in order { assign(services[index], at: index) }
  }

  /// The ports of a service.
  func ports(of index: Int) -> [ResolvedPort] { ports[index] }

  private mutating func assign(_ service: Service, at index: Int) {
    var needed = ResolvedService.protocols(of: service)
    if needed.isEmpty { needed.append("http") }
    // gRPC stands on the listener of the others; alone, or where its port is written, it has one.
    if needed.count > 1 { needed.removeAll { $0 == "grpc" } }
    for id in needed where !ports[index].contains(where: { $0.protocolID == id }) {
      let number = free(for: service.name.value, in: Self.ranges[id] ?? Self.otherRange)
      ports[index].append(ResolvedPort(protocolID: id, number: number, isWritten: false))
    }
  }

  private mutating func free(for name: String, in range: Range<Int>) -> Int {
    let start = Int(Self.hash(name) % UInt64(range.count))
    guard !full.contains(range) else { return range.lowerBound + start }
    for step in 0..<range.count {
      let number = range.lowerBound + (start + step) % range.count
      if taken.insert(number).inserted { return number }
    }
    full.insert(range)
    return range.lowerBound + start
  }

  private static let ranges: [String: Range<Int>] = [
    "rest": 10_000..<16_000, "graphql": 16_000..<22_000, "grpc": 22_000..<28_000,
  ]
  private static let otherRange = 28_000..<32_000

  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
