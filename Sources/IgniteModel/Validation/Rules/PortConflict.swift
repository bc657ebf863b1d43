public import IgniteSyntax

/// No two listeners of the platform share a port.
public struct PortConflict: ValidationRule {
  /// `port-conflict`.
  public static let code: Diagnostic.Code = "port-conflict"

  /// The rule in one sentence.
  public static let summary = "No two listeners of the platform share a port."

  /// Why ports differ.
  public static let explanation = """
    `cargo run -p dev` starts every service on one machine, and so does docker compose, so each \
    listener needs a port of its own. Protocols of one service all stand on HTTP (`rest`, \
    `graphql` and `grpc`), share a listener and may share the port. Ports that are left out are chosen so \
    that they never collide.

    Wrong: `ports = { rest = 8080 }` in two services.

    Right: `ports = { rest = 8080 }` and `ports = { rest = 8081 }`, or no `ports` at all.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each port that is taken already.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    var taken: [Int: Listener] = [:]
    var ports = Set(index.services.flatMap(\.ports).map(\.number.value))
    return index.services.enumerated().flatMap { number, service in
      service.ports.compactMap { port -> Diagnostic? in
        let listener = Listener(service: number, port: port)
        guard let earlier = taken[port.number.value] else {
          taken[port.number.value] = listener
          return nil
        }
        guard !listener.shares(with: earlier, in: index.capabilities) else { return nil }
        return conflict(listener, with: earlier, in: index, ports: &ports)
      }
    }
  }

  private func conflict(
    _ listener: Listener, with earlier: Listener, in index: ArchitectureIndex,
    ports: inout Set<Int>
  ) -> Diagnostic {
    let number = listener.port.number
    let names = (
      index.services[earlier.service].name.value, index.services[listener.service].name.value
    )
    var diagnostic = error(
      "port \(number.value) is taken by `\(names.0)` and by `\(names.1)`", at: number,
      label: "\(listener.port.protocolID) of `\(names.1)`")
    if names.0 == names.1 {
      diagnostic.message = "port \(number.value) is taken twice by `\(names.1)`"
    }
    diagnostic.secondary = earlier.port.number.label(
      "\(earlier.port.protocolID) of `\(names.0)`")
    if let free = (number.value..<65_536).first(where: { !ports.contains($0) }) {
      ports.insert(free)
      diagnostic.fixes = number.fix("use \(free)", to: .integer(Int64(free)))
    }
    return diagnostic
  }

  private struct Listener {
    var service: Int
    var port: Service.Port

    func shares(with other: Listener, in capabilities: Capabilities) -> Bool {
      service == other.service
        && [self, other].allSatisfy {
          capabilities.offering(.protocol, $0.port.protocolID)?.provides.contains("http") ?? false
        }
    }
  }
}
