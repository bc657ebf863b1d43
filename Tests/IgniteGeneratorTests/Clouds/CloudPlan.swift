import IgniteModel
import IgniteSyntax

@testable import IgniteCatalog
@testable import IgniteGenerator

/// The plan of a config on the built-in catalog, for tests of clouds.
struct CloudPlan {
  private static let planner = PlatformPlanner(catalog: .builtIn)
  let plan: FilePlan
  let diagnostics: [Diagnostic]
  let resolved: ResolvedArchitecture

  init(_ text: String) {
    let source = Source(name: "architecture.toml", text: text)
    let loaded = ArchitectureLoader(schema: Catalog.builtIn.schema).load(source, format: .toml)
    resolved = ResolvedArchitecture(loaded.architecture)
    let planned = Self.planner.plan(resolved, config: loaded.document)
    plan = planned.plan
    diagnostics = loaded.diagnostics + planned.diagnostics
  }

  /// The paths below a folder.
  func paths(below folder: String) -> [String] {
    plan.files.map(\.path).filter { $0.hasPrefix(folder) }
  }

  func text(_ path: String) -> String {
    plan[path].map { String(decoding: $0.bytes, as: UTF8.self) } ?? "there is no \(path)"
  }
}
