/// A part of an architecture that others call by its name.
public enum NamedPart: Hashable, Sendable {
  /// A service of that name.
  case service(String)
  /// An event of that name.
  case event(String)
  /// An entity of that name, which only the service knows that keeps it.
  case entity(String, service: String)

  /// What it is called.
  public var name: String {
    switch self {
    case .service(let name), .event(let name), .entity(let name, _): name
    }
  }
}
