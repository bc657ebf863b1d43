import Foundation
import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

struct PlatformContextTests {
  private static let planner = Planner(catalog: .builtIn, vocabulary: PlatformContext.vocabulary)

  private func plan(_ architecture: String) -> (plan: FilePlan, diagnostics: [Diagnostic]) {
    let source = Source(name: "architecture.toml", text: architecture)
    let loader = ArchitectureLoader(schema: Catalog.builtIn.schema)
    let architecture = ResolvedArchitecture(loader.load(source, format: .toml).architecture)
    return Self.planner.plan(PlatformContext.value(of: architecture))
  }

  @Test func everyTemplateIsSound() {
    #expect(Self.planner.diagnostics.map(\.message) == [])
    #expect(Self.planner.diagnostics.flatMap(\.notes) == [])
  }

  @Test(arguments: ["minimal", "shop", "hard-names"])
  func everyArchitectureHasAPlan(name: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appendingPathComponent("EndToEnd/architectures/\(name).toml")
    let planned = plan(try String(contentsOf: file, encoding: .utf8))
    #expect(planned.diagnostics.map { [$0.message] + $0.notes } == [])
    #expect(planned.plan["Cargo.toml"] != nil)
    #expect(planned.plan["crates/dev/src/lib.rs"] != nil)
  }
}
