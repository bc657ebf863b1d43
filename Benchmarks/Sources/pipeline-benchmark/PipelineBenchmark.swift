import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax

/// `pipeline-benchmark FILE [KEYS]`: what each stage costs between a key and what follows from it, over
/// so many keys, each typed into the text of a service.
@main
struct PipelineBenchmark {
  private var times = StageTimes()
  private let loader: ArchitectureLoader
  private let planner: PlatformPlanner
  private let preview: Preview

  static func main() throws {
    let path = CommandLine.arguments[1]
    let keys = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 100 : 100
    var benchmark = PipelineBenchmark()
    let text = try String(contentsOfFileAt: path)
    for key in 0..<keys { try benchmark.type(key, into: text) }
    benchmark.times.print()
  }

  init() {
    var times = StageTimes()
    let catalog = times.measure("start: catalog") { Catalog.builtIn }
    loader = times.measure("start: schema") { ArchitectureLoader(schema: catalog.schema) }
    planner = times.measure("start: templates") { PlatformPlanner(catalog: catalog) }
    preview = Preview(planner, formatter: nil)
    self.times = times
  }

  /// Goes all the way from a text with one more key in it to the changes of the disk.
  private mutating func type(_ key: Int, into text: String) throws {
    let mark = "responsibility = \""
    let changed = text.replacing(mark, with: "\(mark)\(key) ", maxReplacements: 1)
    let source = Source(name: "architecture.toml", text: changed)
    let document = times.measure("parse") { Document.parse(source, format: .toml) }
    let loaded = times.measure("load") { loader.load(document) }
    let found = times.measure("rules") { Rules.check(loaded.architecture, document: document) }
    precondition(!found.contains { $0.severity == .error })
    let graph = times.measure("graph") { ArchitectureGraph(loaded.architecture) }
    _ = times.measure("layout") { GraphPicture().render(graph) }
    let resolved = times.measure("resolve") { ResolvedArchitecture(loaded.architecture) }
    let plan = times.measure("plan from nothing") {
      planner.plan(resolved, config: document).plan
    }
    let target = Target(path: "not-written")
    let changes = try times.measure("reconcile") {
      try Generation(in: target).changeSet(for: plan)
    }
    let look = try times.measure("look after an edit") {
      try preview.look(at: resolved, config: document, in: target)
    }
    precondition(look.changes?.changes == changes.changes)
  }
}
