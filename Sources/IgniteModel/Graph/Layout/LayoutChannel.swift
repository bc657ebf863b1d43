/// The upright lines between two columns, each on a track of its own where they would touch.
struct LayoutChannel {
  /// An upright line: it leaves a slot to the right and reaches slots of the next column.
  struct Trunk: Hashable {
    /// The slot on the left.
    var slot: Int
    /// Whether it is travelled from right to left.
    var isBackward: Bool
  }

  /// The track of each upright line, counted from the left.
  private(set) var tracks: [Trunk: Int] = [:]
  /// The number of tracks.
  private(set) var count = 0

  /// Makes a channel without lines.
  init() {}

  /// Finds tracks, or nothing when the order of the tracks would contradict itself.
  init?(_ layout: LayoutSlots, rows: [Int], after column: Int) {
    var lines = Lines(layout, rows: rows, after: column)
    while let trunk = lines.takeFree() {
      let track = lines.track(for: trunk)
      tracks[trunk] = track
      count = max(count, track + 1)
    }
    if tracks.count < lines.trunks.count { return nil }
  }

  /// What is known while tracks are found.
  private struct Lines {
    private(set) var trunks: [Trunk] = []
    private var reach: [Trunk: ClosedRange<Int>] = [:]
    private var waitsFor: [Trunk: Set<Trunk>] = [:]
    private var followers: [Trunk: [Trunk]] = [:]
    private var ready: [Trunk] = []
    private var earliest: [Trunk: Int] = [:]
    private var occupied: [[ClosedRange<Int>]] = []

    init(_ layout: LayoutSlots, rows: [Int], after column: Int) {
      var incoming: [Int: [Trunk]] = [:]
      var ends: [Trunk: Int] = [:]
      for slot in layout.columns[column] {
        for step in layout.slots[slot].next where rows[step.slot] != rows[slot] {
          let trunk = Trunk(slot: slot, isBackward: step.isBackward)
          let range = min(rows[slot], rows[step.slot])...max(rows[slot], rows[step.slot])
          if reach[trunk] == nil { trunks.append(trunk) }
          let known = reach[trunk] ?? range
          reach[trunk] =
            min(known.lowerBound, range.lowerBound)...max(known.upperBound, range.upperBound)
          incoming[rows[step.slot], default: []].append(trunk)
          ends[trunk, default: 0] += 1
        }
      }
      // A line into a box on the right must start behind the line that leaves the box on its left.
      for trunk in trunks {
        for other in incoming[rows[trunk.slot]] ?? [] where other.slot != trunk.slot {
          if waitsFor[other, default: []].insert(trunk).inserted {
            followers[trunk, default: []].append(other)
          }
        }
      }
      // Lines with many ends stand on the left of those that join them, which reads as it is meant.
      let keys = reach.map { ($0.key, (-(ends[$0.key] ?? 0), $0.value.lowerBound, $0.key.slot)) }
      let key = Dictionary(uniqueKeysWithValues: keys)
      trunks.sort { (key[$0] ?? (0, 0, 0)) < (key[$1] ?? (0, 0, 0)) }
      ready = trunks.filter { waitsFor[$0]?.isEmpty ?? true }.reversed()
    }

    /// The next line all of whose predecessors have tracks.
    mutating func takeFree() -> Trunk? {
      guard let trunk = ready.popLast() else { return nil }
      for follower in followers[trunk] ?? [] {
        waitsFor[follower]?.remove(trunk)
        if waitsFor[follower]?.isEmpty ?? true { ready.insert(follower, at: 0) }
      }
      return trunk
    }

    /// The first track behind those of its predecessors on which the line touches no other.
    mutating func track(for trunk: Trunk) -> Int {
      let range = reach[trunk] ?? 0...0
      var track = earliest[trunk] ?? 0
      while track < occupied.count, occupied[track].contains(where: { $0.overlaps(range) }) {
        track += 1
      }
      if track >= occupied.count {
        occupied += Array(repeating: [], count: track + 1 - occupied.count)
      }
      occupied[track].append(range)
      for follower in followers[trunk] ?? [] {
        earliest[follower] = max(earliest[follower] ?? 0, track + 1)
      }
      return track
    }
  }
}
