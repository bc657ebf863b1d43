/// A table below `[environments]`: what the platform is where its values count.
public struct EnvironmentOverlay: Sendable {
  /// The name of the environment, with its place.
  public let name: Sourced<String>
  private let assemble: @Sendable () -> Architecture

  /// Takes the name and what puts the overlay over the file, which is done only when somebody asks.
  init(name: Sourced<String>, assemble: @escaping @Sendable () -> Architecture) {
    self.name = name
    self.assemble = assemble
  }

  /// The platform in this environment.
  public func architecture() -> Architecture { assemble() }
}
