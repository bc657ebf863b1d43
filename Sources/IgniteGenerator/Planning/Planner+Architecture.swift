public import IgniteCatalog
public import IgniteModel
public import IgniteSyntax

extension Planner {
  /// Reads and checks the templates of a catalog; what is wrong with them is in `diagnostics`.
  public init(catalog: Catalog) {
    self.init(catalog: catalog, vocabulary: PlatformContext.vocabulary)
  }

  /// The files for an architecture, and everything that keeps them from being right: what the catalog
  /// does not hold, capabilities that nothing provides, values that a language cannot take and paths
  /// that collide. The files of what is in order are in the plan all the same.
  ///
  /// ```swift
  /// let planner = Planner(catalog: .builtIn)
  /// let (plan, diagnostics) = planner.plan(ResolvedArchitecture(loaded.architecture))
  /// ```
  public func plan(
    _ architecture: ResolvedArchitecture
  ) -> (plan: FilePlan, diagnostics: [Diagnostic]) {
    let missing = CatalogCheck(catalog).check(architecture)
    let planned = plan(PlatformContext.value(of: architecture))
    return (planned.plan, missing + planned.diagnostics)
  }
}
