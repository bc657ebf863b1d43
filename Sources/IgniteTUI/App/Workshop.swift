import Dispatch
import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax
import Synchronization

/// Does what takes long, off the thread that takes the keys, and posts what came of it.
final class Workshop: Sendable {
  private struct Desk {
    var results: [Action] = []
    var waiting: PlanWork?
    var isPlanning = false
  }

  private let desk = Mutex(Desk())
  private let queue = DispatchQueue(label: "allframe.plan", qos: .userInitiated)
  /// Nobody waits for what is explored.
  private let exploration = DispatchQueue(label: "allframe.explore", qos: .utility)
  private let catalog: Catalog
  private let wake: @Sendable () -> Void
  /// Made once, on the first plan: it reads all templates.
  private let planner = Mutex<PlatformPlanner?>(nil)

  init(catalog: Catalog, wake: @escaping @Sendable () -> Void) {
    self.catalog = catalog
    self.wake = wake
  }

  /// What was posted since the last call.
  func takeResults() -> [Action] {
    desk.withLock { desk in
      defer { desk.results = [] }
      return desk.results
    }
  }

  /// Waits until everything that was asked for is done; line by line there is nothing else to do.
  func wait() {
    exploration.sync {}
    for _ in 0..<2 { queue.sync {} }
  }

  func post(_ action: Action) {
    desk.withLock { $0.results.append(action) }
    wake()
  }

  /// The planner of the catalog.
  var readyPlanner: PlatformPlanner {
    planner.withLock { planner in
      let ready = planner ?? PlatformPlanner(catalog: catalog)
      planner = ready
      return ready
    }
  }

  /// Works out a plan; of those that come while one is worked out only the last counts.
  func plan(_ make: @escaping @Sendable (PlatformPlanner) -> PlanWork) {
    queue.async { [self] in
      let work = make(readyPlanner)
      let isNew = desk.withLock { desk in
        let isNew = desk.waiting == nil
        desk.waiting = work
        return isNew
      }
      if isNew { queue.async { [self] in runLast() } }
    }
  }

  private func runLast() {
    let work = desk.withLock { desk in
      defer { desk.waiting = nil }
      return desk.waiting
    }
    if let work { post(.planned(work.run())) }
  }

  /// Finds out which keys matter.
  func explore(_ loader: ArchitectureLoader) {
    exploration.async { [self] in
      let probe = ReachProbe(catalog: catalog, loader: loader, planner: readyPlanner)
      post(.reached(probe.reach()))
    }
  }

  /// Writes the platform.
  func generate(
    _ formatter: RustFormatter?, _ make: @escaping @Sendable (PlatformPlanner) -> PlanWork
  ) {
    queue.async { [self] in
      let work = make(readyPlanner)
      let result = work.generate(formatter) { [self] phase, done, total in
        post(.progress(phase: phase, done: done, total: total))
      }
      let path = "\(work.target)/architecture.\(work.analysis.document.format.rawValue)"
      post(.generated(result, path: path))
    }
  }
}
