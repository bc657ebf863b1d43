/// An architecture to start from.
public struct Starter: Sendable {
  /// Its name on the command line.
  public let id: String
  /// One line on what it shows: the `description` of its architecture.
  public let summary: String
  /// The config.
  public let architecture: CatalogFile
}
