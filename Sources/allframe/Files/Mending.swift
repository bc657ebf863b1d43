import IgniteModel
import IgniteSyntax

/// Applies the fixes of a config's findings until none is left that can be made.
struct Mending {
  /// The config afterwards.
  private(set) var result: CheckedConfig
  /// What was done, in order.
  private(set) var applied: [String] = []

  /// A config has at most so many fixes; a circle of two fixes would end here too.
  private static let limit = 1000

  /// Applies the first fix of each finding, one after the other, each to the text that the one before
  /// left.
  init(_ checked: CheckedConfig, loader: ArchitectureLoader) {
    result = checked
    var refused: Set<Fix> = []
    var texts: Set<[UInt8]> = [checked.file.source.bytes]
    while applied.count < Self.limit {
      let fixes = result.report.diagnostics.compactMap(\.fixes.first)
      guard let fix = fixes.first(where: { !refused.contains($0) }) else { return }
      guard case .edited(let document) = result.loaded.document.applying(fix.edits),
        texts.insert(document.source.bytes).inserted
      else {
        refused.insert(fix)
        continue
      }
      result = CheckedConfig(
        result.file.with(document.source), loader: loader, contracts: result.contracts,
        catalog: result.catalog)
      applied.append(fix.title)
    }
  }
}
