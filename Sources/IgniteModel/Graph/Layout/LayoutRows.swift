/// The row in which the lines of each slot run.
struct LayoutRows {
  /// The row of each slot; a box reaches one row further up and down.
  private(set) var row: [Int]
  /// The upright lines between each column and the next.
  private(set) var channels: [LayoutChannel] = []
  private let layout: LayoutSlots
  private let boxGap: Int

  /// Finds rows near those of the neighbours, and room for the upright lines.
  init(_ layout: LayoutSlots, boxGap: Int = 4) {
    self.layout = layout
    self.boxGap = boxGap
    row = Array(repeating: 0, count: layout.slots.count)
    for column in layout.columns { place(column) { _ in [] } }
    for pass in 0..<6 {
      if pass.isMultiple(of: 2) {
        for column in layout.columns.dropFirst() { place(column) { layout.slots[$0].previous } }
      } else {
        for column in layout.columns.dropLast().reversed() {
          place(column) { layout.slots[$0].next.map(\.slot) }
        }
      }
    }
    let top = row.min() ?? 0
    // A frame reaches one row above the line of its box.
    for slot in row.indices { row[slot] += boxGap / 2 - 1 - top }
    separate()
  }

  /// Puts the slots of a column where their neighbours are, as near as the room between them allows.
  private mutating func place(_ column: [Int], near neighbours: (Int) -> [Int]) {
    let wanted = column.map { slot in median(neighbours(slot).map { row[$0] }) ?? row[slot] }
    var down = wanted
    for place in column.indices.dropFirst() {
      down[place] = max(wanted[place], down[place - 1] + gap(column[place - 1], column[place]))
    }
    var up = wanted
    for place in column.indices.dropLast().reversed() {
      up[place] = min(wanted[place], up[place + 1] - gap(column[place], column[place + 1]))
    }
    var last: Int?
    for place in column.indices {
      let middle = (down[place] + up[place]) >> 1 & ~1
      let least = last.map { $0 + gap(column[place - 1], column[place]) } ?? middle
      row[column[place]] = max(middle, least)
      last = row[column[place]]
    }
  }

  private func median(_ rows: [Int]) -> Int? {
    rows.isEmpty ? nil : rows.sorted()[(rows.count - 1) / 2]
  }

  private func gap(_ upper: Int, _ lower: Int) -> Int {
    layout.slots[upper].node != nil && layout.slots[lower].node != nil ? boxGap : 2
  }

  /// Finds tracks for the upright lines of each channel; where lines would run into each other all
  /// columns behind the channel move down by one row, so that lines out and lines in share no row.
  private mutating func separate() {
    for column in layout.columns.indices.dropLast() {
      if let channel = LayoutChannel(layout, rows: row, after: column) {
        channels.append(channel)
        continue
      }
      for later in layout.columns[(column + 1)...].joined() { row[later] += 1 }
      channels.append(LayoutChannel(layout, rows: row, after: column) ?? LayoutChannel())
    }
  }
}
