import Foundation
import PackagePlugin

/// Turns folders of data into one Swift source: `Entries` and `Starters` of the catalog, or the
/// `themes` of the package.
@main
struct EmbedCatalog: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    guard let target = target as? SourceModuleTarget else { return [] }
    let isCatalog = target.name == "IgniteCatalog"
    let base = isCatalog ? target.directoryURL : context.package.directoryURL
    let roots = (isCatalog ? ["Entries", "Starters"] : ["themes"]).map { base.appending(path: $0) }
    let out = context.pluginWorkDirectoryURL.appending(path: "EmbeddedCatalog.swift")
    let files = roots.flatMap(regularFiles)
    return [
      .buildCommand(
        displayName: "Embedding \(files.count) files for \(target.name)",
        executable: try context.tool(named: "embed-catalog").url,
        arguments: [base.path, out.path] + roots.map(\.lastPathComponent),
        // Every file is an input, so an edited template rebuilds.
        inputFiles: files,
        outputFiles: [out])
    ]
  }

  private func regularFiles(in root: URL) -> [URL] {
    let keys: [URLResourceKey] = [.isRegularFileKey]
    let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: keys)
    return (found?.compactMap { $0 as? URL } ?? [])
      .filter { (try? $0.resourceValues(forKeys: Set(keys)).isRegularFile) == true }
      .sorted { $0.path < $1.path }
  }
}
