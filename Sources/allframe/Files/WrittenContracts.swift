import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax

/// The contracts of events in the platform that a config stands in.
struct WrittenContracts {
  private let history: ContractHistory
  private let catalog: Catalog

  /// Reads them; absent for a config that stands in no generated platform.
  init?(besides path: String, catalog: Catalog) throws {
    let folder = ConfigChoice.parent(of: path)
    guard path != "-", ConfigChoice.isPlatform(folder) else { return nil }
    history = try ContractHistory(in: Target(path: folder))
    self.catalog = catalog
  }

  /// What an architecture would break of them.
  func broken(by architecture: Architecture) -> [Diagnostic] {
    history.check(ResolvedArchitecture(architecture), catalog: catalog)
  }
}
