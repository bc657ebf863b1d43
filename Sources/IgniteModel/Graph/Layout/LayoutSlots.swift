/// The columns of a layout: each slot holds a box or a line that passes by, in order from top to bottom.
struct LayoutSlots {
  /// A place in a column.
  struct Slot {
    /// The node whose box it is; absent for a line that passes.
    var node: Int?
    /// The number of its column.
    var column: Int
    /// The connections to slots of the next column.
    var next: [Step] = []
    /// The slots of the column before that connect to it.
    var previous: [Int] = []
  }

  /// A connection between slots of neighbouring columns.
  struct Step: Hashable {
    /// The slot in the next column.
    var slot: Int
    /// Whether it belongs to a call rather than to an event.
    var isCall: Bool
    /// Whether it is travelled from right to left.
    var isBackward: Bool
    /// The numbers of the links that share it.
    var links: [Int]

    /// Whether another step runs between the same slots in the same way.
    func runs(with other: Step) -> Bool {
      slot == other.slot && isCall == other.isCall && isBackward == other.isBackward
    }
  }

  /// A line that is shared by all links from one node that pass a column in one direction.
  private struct Passage: Hashable {
    var node: Int
    var column: Int
    var isBackward: Bool
  }

  /// All slots; those of the nodes come first, by the numbers of the nodes.
  private(set) var slots: [Slot]
  /// The numbers of the slots of each column from top to bottom.
  private(set) var columns: [[Int]]
  private var passages: [Passage: Int] = [:]

  /// Gives each node a slot in the column of its layer, and each link slots in the columns it passes.
  init(layers: GraphLayers, links: [GraphLayers.Link]) {
    slots = layers.layer.enumerated().map { Slot(node: $0.offset, column: $0.element) }
    columns = layers.nodes
    for (number, link) in links.enumerated() where link.source != link.target {
      add(link, number, isBackward: layers.backward.contains(link))
    }
  }

  private mutating func add(_ link: GraphLayers.Link, _ number: Int, isBackward: Bool) {
    let (left, right) = isBackward ? (link.target, link.source) : (link.source, link.target)
    var slot = left
    for column in (slots[left].column + 1)..<max(slots[right].column, slots[left].column + 1) {
      let passage = passage(Passage(node: left, column: column, isBackward: isBackward))
      connect(slot, passage, number, isCall: link.isCall, isBackward: isBackward)
      slot = passage
    }
    connect(slot, right, number, isCall: link.isCall, isBackward: isBackward)
  }

  private mutating func passage(_ passage: Passage) -> Int {
    if let known = passages[passage] { return known }
    slots.append(Slot(node: nil, column: passage.column))
    columns[passage.column].append(slots.count - 1)
    passages[passage] = slots.count - 1
    return slots.count - 1
  }

  private mutating func connect(
    _ left: Int, _ right: Int, _ link: Int, isCall: Bool, isBackward: Bool
  ) {
    let step = Step(slot: right, isCall: isCall, isBackward: isBackward, links: [link])
    if let known = slots[left].next.firstIndex(where: { $0.runs(with: step) }) {
      slots[left].next[known].links.append(link)
      return
    }
    slots[left].next.append(step)
    slots[right].previous.append(left)
  }

  /// Orders each column by the places of its neighbours, back and forth, so that fewer lines cross.
  mutating func order() {
    for pass in 0..<8 {
      if pass.isMultiple(of: 2) {
        for column in columns.indices.dropFirst() { order(column, by: column - 1) }
      } else {
        for column in columns.indices.dropLast().reversed() { order(column, by: column + 1) }
      }
    }
  }

  private mutating func order(_ column: Int, by other: Int) {
    var place: [Int: Int] = [:]
    for (number, slot) in columns[other].enumerated() { place[slot] = number }
    let keyed = columns[column].enumerated().map { number, slot in
      let neighbours = other < column ? slots[slot].previous : slots[slot].next.map(\.slot)
      let places = neighbours.compactMap { place[$0] }
      let mean = Double(places.reduce(0, +)) / Double(max(places.count, 1))
      return (slot: slot, number: number, mean: places.isEmpty ? Double(number) : mean)
    }
    columns[column] = keyed.sorted { ($0.mean, $0.number) < ($1.mean, $1.number) }.map(\.slot)
  }
}
