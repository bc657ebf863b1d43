import IgniteCatalog
import IgniteModel
import IgniteSyntax

/// What a starter consists of: its graph, and what it contains.
struct StarterPreview: Sendable {
  /// Which starter.
  let id: String
  private var graph = GraphPane()
  private let lines: [String]

  init(_ starter: Starter, loader: ArchitectureLoader) {
    id = starter.id
    let architecture = loader.load(
      Source(name: "architecture.toml", bytes: starter.architecture.bytes), format: .toml
    ).architecture
    graph.show(GraphContent(ArchitectureIndex(architecture), of: architecture))
    let services = architecture.services
    let facts: [(String, [String])] = [
      ("services", services.map { $0.name.value }),
      ("entities", services.flatMap { $0.entities.map { $0.name.value } }),
      ("events", services.flatMap { $0.publishes.map { $0.value } }),
    ]
    lines = facts.filter { !$0.1.isEmpty }
      .map { "\($0.1.count) \($0.0): \($0.1.joined(separator: ", "))" }
  }

  mutating func draw(in area: Rect, on surface: inout Surface) {
    var rest = area.inset(x: 2, y: 0)
    surface.write(id, at: rest.origin, role: .title, in: rest)
    rest = rest.split(top: 1).bottom
    for line in lines {
      let used = WrappedText(VisibleText.line(line), width: rest.width)
        .draw(in: rest, on: &surface, role: .muted)
      rest = rest.split(top: used).bottom
    }
    // Without the facts of a chosen box, for nothing is chosen here.
    graph.drawPicture(in: rest.split(top: 1).bottom, on: &surface)
  }
}
