public import IgniteModel

/// One thing that can be built: a folder of the catalog.
public struct Entry: Sendable {
  /// What an entry is about.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// What every platform has.
    case platform
    /// A type of service.
    case archetype = "archetypes"
    /// A protocol that services speak.
    case `protocol` = "protocols"
    /// A way to publish events.
    case messaging
    /// A database.
    case store = "stores"
    /// A carrier of events.
    case bus = "buses"
    /// What keeps answers of other services near.
    case cache = "caches"
    /// A place to run.
    case cloud = "clouds"
    /// One who knows which features are on.
    case flags
    /// What keeps the data of tenants apart.
    case tenancy
    /// Tests and measurements.
    case quality
    /// Documentation.
    case document = "documents"

    /// The name of the folder with the kind's entries.
    public var folder: String { rawValue }
  }

  /// What it is about.
  public let kind: Kind
  /// Its name in the config, unique in its kind.
  public let id: String
  /// A name for people.
  public let title: String
  /// One line on what it adds.
  public let summary: String
  /// When it adds its files, written as a condition of templates; absent where its kind says it.
  public let condition: String?
  /// Capabilities that others must provide where this entry is used.
  public let requires: [String]
  /// Capabilities that it provides.
  public let provides: [String]
  /// The config keys that it adds.
  public let options: [KeyDeclaration]
  /// Paths below `files/`, without the ending of templates, of files that can be run.
  public let executables: Set<String>
  /// The files that it adds, by their path in the output.
  public let files: [CatalogFile]
  /// The fragments that it adds to other entries' files, by their path below `slots/`.
  public let slots: [CatalogFile]
  /// What a cloud has to choose from; absent for other kinds.
  public let cloud: CloudOffer?
  /// What only a person knows of a service that uses it: variables of its environment.
  public let variables: [VariableDeclaration]
  /// What a cloud asks for what is used of it; absent where nobody wrote it down.
  public let prices: PriceTable?
  /// A config that shows it; absent where there is none yet.
  public let example: CatalogFile?

  /// Its kind and id, for messages: `archetypes/stateless`.
  public var name: String { "\(kind.folder)/\(id)" }
}
