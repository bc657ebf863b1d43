import IgniteCatalog
import IgniteModel

/// The cloud that `--cloud` names, as values of the config.
struct CloudChoice {
  private let id: String?
  private let offer: CloudOffer?

  init(_ id: String?, catalog: Catalog) {
    self.id = id
    offer = id.flatMap { catalog.entry(.cloud, $0)?.cloud }
  }

  /// The values to set: the cloud, and for a new platform what the cloud prefers to the embedded bus and
  /// database, as far as it cannot have these.
  func sets(for choice: ConfigChoice, loader: ArchitectureLoader) -> [String] {
    guard let id else { return [] }
    let cloud = ["cloud.primary=\(id)"]
    guard choice.isNew, let offer else { return cloud }
    let settings = CheckedConfig(choice.file, loader: loader).loaded.architecture.settings
    let given = Capabilities.core.offering(.cloud, id)?.provides ?? []
    let missing = offer.preferences.filter { preference in
      guard let kind = Self.kinds[preference.key],
        let now = settings.string("settings.\(preference.key)"),
        let offering = Capabilities.core.offering(kind, now.value)
      else { return false }
      return offering.provides.contains("embedded") && !offering.requires.isSubset(of: given)
    }
    return cloud + missing.map { "settings.\($0.key)=\($0.value)" }
  }

  private static let kinds: [String: Offering.Kind] = [
    "event_bus": .bus, "default_database": .store,
  ]
}
