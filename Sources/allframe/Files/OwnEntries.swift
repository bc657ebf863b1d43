import IgniteCatalog
import IgniteSyntax

/// A person's own catalog entries, from the folder that the program runs in and from the config home.
enum OwnEntries {
  /// The catalog with the person's own entries; those of the folder win over those of the config home.
  static func added(to catalog: Catalog) throws -> Catalog {
    var catalog = catalog
    for folder in folders {
      let (larger, diagnostics) = try catalog.adding(folder: folder)
      catalog = larger
      let report = DiagnosticReport(
        source: Source(name: folder, bytes: []), diagnostics: diagnostics)
      ReportWriter(format: .text, console: .error).write([report])
      if [report].count(of: .error) > 0 { throw ExitStatus.failed.code }
    }
    return catalog
  }

  private static var folders: [String] {
    let home =
      ProcessEnvironment.value(of: "XDG_CONFIG_HOME")
      ?? ProcessEnvironment.value(of: "HOME").map { "\($0)/.config" }
    return (home.map { ["\($0)/allframe/catalog"] } ?? []) + [".allframe/catalog"]
  }
}
