/// Turns slots, rows and tracks into boxes, stretches and heads on the grid.
struct LayoutRouter {
  let slots: LayoutSlots
  let rows: [Int]
  let channels: [LayoutChannel]
  let widths: [Int]
  let boxHeight: Int
  private(set) var boxes: [GraphLayout.Box] = []
  private(set) var stretches: [GraphLayout.Stretch] = []
  private(set) var heads: [GraphLayout.Head] = []
  private(set) var width = 0
  private var left: [Int] = []
  private var right: [Int] = []

  init(
    slots: LayoutSlots, rows: [Int], channels: [LayoutChannel], widths: [Int], boxHeight: Int
  ) {
    self.slots = slots
    self.rows = rows
    self.channels = channels
    self.widths = widths
    self.boxHeight = boxHeight
  }

  mutating func route() {
    measure()
    for column in slots.columns {
      for slot in column {
        addBox(slot)
        for step in slots.slots[slot].next { addLine(from: slot, step) }
      }
    }
  }

  /// Columns are as wide as their widest box, channels have a margin and room for a head.
  private mutating func measure() {
    var x = 0
    for (number, column) in slots.columns.enumerated() {
      let widest = column.compactMap { slots.slots[$0].node.map { widths[$0] } }.max() ?? 1
      left.append(x)
      right.append(x + widest - 1)
      x += widest
      width = x
      if channels.indices.contains(number) { x += 2 * channels[number].count + 3 }
    }
  }

  private mutating func addBox(_ slot: Int) {
    let column = slots.slots[slot].column
    guard let node = slots.slots[slot].node else { return }
    boxes.append(
      GraphLayout.Box(
        node: node, column: column, x: left[column], y: rows[slot] - boxHeight / 2,
        width: widths[node]))
  }

  private mutating func addLine(from slot: Int, _ step: LayoutSlots.Step) {
    let column = slots.slots[slot].column
    let start = slots.slots[slot].node.map { left[column] + widths[$0] } ?? left[column]
    let end = left[column + 1] - 1
    let (top, bottom) = (rows[slot], rows[step.slot])
    let trunk = LayoutChannel.Trunk(slot: slot, isBackward: step.isBackward)
    if top == bottom {
      add(start, top, end, top, step)
    } else {
      let x = right[column] + 2 + 2 * (channels[column].tracks[trunk] ?? 0)
      add(start, top, x, top, step)
      add(x, min(top, bottom), x, max(top, bottom), step)
      add(x, bottom, end, bottom, step)
    }
    addHeads(start: start, end: end, slot, step)
  }

  private mutating func addHeads(start: Int, end: Int, _ slot: Int, _ step: LayoutSlots.Step) {
    if step.isBackward, slots.slots[slot].node != nil {
      heads.append(
        GraphLayout.Head(
          x: start, y: rows[slot], pointsRight: false, isCall: step.isCall, links: step.links))
    } else if !step.isBackward, slots.slots[step.slot].node != nil {
      heads.append(
        GraphLayout.Head(
          x: end, y: rows[step.slot], pointsRight: true, isCall: step.isCall, links: step.links))
    }
  }

  private mutating func add(_ x: Int, _ y: Int, _ toX: Int, _ toY: Int, _ step: LayoutSlots.Step) {
    stretches.append(
      GraphLayout.Stretch(
        fromX: x, fromY: y, toX: toX, toY: toY, isCall: step.isCall, links: step.links))
  }
}
