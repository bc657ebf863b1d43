import CTerm
import Dispatch
import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax
import Synchronization

/// Does what takes long, off the thread that takes the keys, and posts what came of it.
final class Workshop: Sendable {
  /// Work of a kind of which only the last that was asked for counts, and is kept: each holds all that follows
  /// from a text.
  private struct Latest<Work> {
    /// How often it was asked for.
    private(set) var count = 0
    private var waiting: Work?

    /// The number under which the work can be taken.
    mutating func ask(for work: Work) -> Int {
      count += 1
      waiting = work
      return count
    }

    /// The work of a number, once, if it is still the last.
    mutating func take(_ number: Int) -> Work? { count == number ? waiting.take() : nil }
  }

  private struct Desk {
    var results: [Action] = []
    /// Texts of which nobody has worked out yet what they mean.
    var texts = Latest<Reader>()
    var plans = Latest<PlanMaker>()
  }

  typealias Reader = @Sendable () -> Analysis
  typealias PlanMaker = @Sendable (PlatformPlanner, Preview) -> PlanWork

  private let desk = Mutex(Desk())
  private let queue = DispatchQueue(label: "allframe.plan", qos: .userInitiated)
  /// Nobody waits for what is explored.
  private let exploration = DispatchQueue(label: "allframe.explore", qos: .utility)
  private let catalog: Catalog
  private let wake: @Sendable () -> Void
  /// Nobody waits for what a text means behind a plan.
  private let judgement = DispatchQueue(label: "allframe.judge", qos: .userInteractive)
  /// Nobody waits for the files in view behind a plan.
  private let reading = DispatchQueue(label: "allframe.read", qos: .userInitiated)
  private let formatter: RustFormatter?
  /// For how many milliseconds nothing new must come before what follows from a text is worked out: it takes
  /// cores, and then the screen, which the next key needs.
  private let patience: Int
  private struct Tools: Sendable {
    let planner: PlatformPlanner
    let preview: Preview
  }
  /// Made once, on the first plan: it reads all templates.
  private let tools = Mutex<Tools?>(nil)

  init(
    catalog: Catalog, formatter: RustFormatter?, patience: Int = 0,
    wake: @escaping @Sendable () -> Void
  ) {
    self.patience = patience
    self.catalog = catalog
    self.formatter = formatter
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
    judgement.sync {}
    exploration.sync {}
    reading.sync {}
    for _ in 0..<2 { queue.sync {} }
  }

  func post(_ action: Action) {
    desk.withLock { $0.results.append(action) }
    wake()
  }

  private var readyTools: Tools {
    tools.withLock { tools in
      if let tools { return tools }
      let planner = PlatformPlanner(catalog: catalog)
      let made = Tools(planner: planner, preview: Preview(planner, formatter: formatter))
      tools = made
      return made
    }
  }

  /// Works out what a text means; of texts that come close together only the last counts.
  func judge(_ read: @escaping Reader) {
    let number = desk.withLock { $0.texts.ask(for: read) }
    afterwards(on: judgement) { [self] in
      BackgroundThread.begin()
      guard let read = desk.withLock({ $0.texts.take(number) }) else { return }
      post(.analysed(Workers.leavingRoom(read)))
    }
  }

  /// Lets go of what is not shown any more: to take apart what belongs to a large text takes as long as to
  /// draw a frame.
  func letGo(_ last: consuming (Analysis, PlanState)) {
    judgement.async { [last] in
      BackgroundThread.begin()
      withExtendedLifetime(last) {}
    }
  }

  /// Works out a plan; of those that come close together only the last counts.
  func plan(_ make: @escaping PlanMaker) {
    let number = desk.withLock { $0.plans.ask(for: make) }
    afterwards(on: queue) { [self] in
      guard let make = desk.withLock({ $0.plans.take(number) }) else { return }
      BackgroundThread.begin()
      let work = make(readyTools.planner, readyTools.preview)
      let (state, look) = Workers.leavingRoom(work.run)
      post(.planned(state))
      if let look, !look.unsettled.isEmpty { settle(work, look, number) }
      if isLast(number) { allframe_term_give_memory_back() }
    }
  }

  private func afterwards(on queue: DispatchQueue, _ work: @escaping @Sendable () -> Void) {
    if patience == 0 { return queue.async(execute: work) }
    queue.asyncAfter(deadline: .now() + .milliseconds(patience), execute: work)
  }

  private func isLast(_ number: Int) -> Bool { desk.withLock { $0.plans.count == number } }

  /// Formats what decides verdicts, unless there is something newer to plan, and compares again.
  private func settle(_ work: PlanWork, _ look: Preview.Look, _ number: Int) {
    queue.async { [self] in
      BackgroundThread.begin()
      guard isLast(number) else { return }
      if work.preview.settle(look) > 0 { return settle(work, look, number) }
      post(.planned(Workers.leavingRoom(work.run).state))
    }
  }

  /// Reads files as they would be written, so that they can be looked at.
  func read(_ changes: [Change]) {
    guard !changes.isEmpty else { return }
    reading.async { [self] in
      BackgroundThread.begin()
      let held = readyTools.preview.holding(changes)
      post(.read(zip(changes, held).map { FileReading(asked: $0, held: $1) }))
    }
  }

  /// Finds out which keys matter, where the catalog is another one than that of the record.
  func explore(_ loader: ArchitectureLoader) {
    if catalog.isBuiltIn { return }
    afterwards(on: exploration) { [self] in
      BackgroundThread.begin()
      let probe = ReachProbe(catalog: catalog, loader: loader, planner: readyTools.planner)
      post(.reached(probe.reach()))
    }
  }

  /// Writes the platform.
  func generate(_ make: @escaping PlanMaker) {
    queue.async { [self] in
      BackgroundThread.begin()
      let work = make(readyTools.planner, readyTools.preview)
      let result = work.generate(formatter) { [self] phase, done, total in
        post(.progress(phase: phase, done: done, total: total))
      }
      let path = "\(work.target)/architecture.\(work.analysis.document.format.rawValue)"
      post(.generated(result, path: path))
    }
  }
}
