import IgniteGenerator

/// The contents of the files that are looked at, as they would be written. Those that are not in memory
/// are asked for and come later, so that a key never waits for them.
struct FileReadings: Sendable {
  /// More files than are in view are not kept.
  private static let most = 200

  private var read: [String: (asked: Change, held: Change)] = [:]
  private var counts: [String: (asked: Change, added: Int, removed: Int)] = [:]
  private var asked: Set<Change> = []
  private var wanted: [Change] = []

  /// Asks again for what could not be read because the config had changed meanwhile.
  mutating func renew() {
    (asked, wanted) = ([], [])
    if read.count > Self.most { read = [:] }
    if counts.count > Self.most { counts = [:] }
  }

  /// Takes a file that was asked for.
  mutating func take(_ file: FileReading) {
    guard let held = file.held else { return }
    read[file.asked.path] = (file.asked, held)
    let lines = held.lineCounts
    counts[file.asked.path] = (file.asked, lines.added, lines.removed)
  }

  /// The files that are wanted since the last call.
  mutating func takeWanted() -> [Change] {
    defer { wanted = [] }
    return wanted
  }

  /// A change with its contents in memory, exactly as they would be written; asks where they are not.
  mutating func read(_ change: Change) -> Change? {
    if change.isHeld { return change }
    if let known = read[change.path], known.asked == change { return known.held }
    ask(for: change)
    return nil
  }

  /// How many lines a change adds and takes away; asks where that is not known.
  mutating func lineCounts(of change: Change) -> (added: Int, removed: Int)? {
    if let known = counts[change.path], known.asked == change {
      return (known.added, known.removed)
    }
    if let lines = change.knownLineCounts {
      if change.isHeld { counts[change.path] = (change, lines.added, lines.removed) }
      return lines
    }
    ask(for: change)
    return nil
  }

  private mutating func ask(for change: Change) {
    if asked.insert(change).inserted { wanted.append(change) }
  }
}
