/// Where two texts differ, in whole lines.
struct LineDifference: Hashable {
  /// A run of lines of the first text for which a run of the second stands; one may be empty.
  struct Hunk: Hashable {
    /// Lines of the first text.
    let old: Range<Int>
    /// Lines of the second text.
    let new: Range<Int>
  }

  /// The differences in order, with at least one common line between two of them.
  let hunks: [Hunk]

  /// Compares two texts given as lines with their line ends.
  init(_ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]) {
    var numbers: [ArraySlice<UInt8>: Int] = [:]
    func number(_ line: ArraySlice<UInt8>) -> Int {
      if let known = numbers[line] { return known }
      numbers[line] = numbers.count
      return numbers.count - 1
    }
    var comparison = LineComparison(old.map(number), new.map(number))
    comparison.run()
    hunks = comparison.hunks
  }

  /// The lines of a text with their line ends; the last one may lack it.
  static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    for (place, byte) in text.enumerated() where byte == 0x0A {
      lines.append(text[start...place])
      start = place + 1
    }
    if start < text.count { lines.append(text[start...]) }
    return lines
  }
}

/// Myers' algorithm in linear space, from both ends, with a bound on the effort after which an
/// answer may be longer than the shortest but is never wrong.
private struct LineComparison {
  private struct Box {
    var old: Range<Int>
    var new: Range<Int>
  }

  /// The diagonals reached from one corner of a box.
  private struct Front {
    var reached: [Int]
    var low = 0
    var high = 0
  }

  private let old: [Int]
  private let new: [Int]
  private let center: Int
  private let mostEffort: Int
  private var isRemoved: [Bool]
  private var isAdded: [Bool]
  private var forward: Front
  private var backward: Front

  init(_ old: [Int], _ new: [Int]) {
    self.old = old
    self.new = new
    center = new.count + 1
    isRemoved = Array(repeating: false, count: old.count)
    isAdded = Array(repeating: false, count: new.count)
    forward = Front(reached: Array(repeating: 0, count: old.count + new.count + 3))
    backward = forward
    var root = 256
    while root * root < old.count + new.count { root *= 2 }
    mostEffort = root
  }

  mutating func run() {
    var boxes = [Box(old: 0..<old.count, new: 0..<new.count)]
    while let next = boxes.popLast() {
      let box = trimmed(next)
      if box.old.isEmpty || box.new.isEmpty {
        for line in box.old { isRemoved[line] = true }
        for line in box.new { isAdded[line] = true }
        continue
      }
      let (row, column) = split(box)
      boxes.append(Box(old: row..<box.old.upperBound, new: column..<box.new.upperBound))
      boxes.append(Box(old: box.old.lowerBound..<row, new: box.new.lowerBound..<column))
    }
  }

  private func trimmed(_ box: Box) -> Box {
    var (top, left) = (box.old.lowerBound, box.new.lowerBound)
    var (bottom, right) = (box.old.upperBound, box.new.upperBound)
    while top < bottom, left < right, old[top] == new[left] { (top, left) = (top + 1, left + 1) }
    while top < bottom, left < right, old[bottom - 1] == new[right - 1] {
      (bottom, right) = (bottom - 1, right - 1)
    }
    return Box(old: top..<bottom, new: left..<right)
  }

  /// A point of a short way through the box that parts it into two smaller ones.
  private mutating func split(_ box: Box) -> (row: Int, column: Int) {
    let first = box.old.lowerBound - box.new.lowerBound
    let last = box.old.upperBound - box.new.upperBound
    (forward.low, forward.high) = (first, first)
    (backward.low, backward.high) = (last, last)
    forward.reached[center + first] = box.old.lowerBound
    backward.reached[center + last] = box.old.upperBound
    var effort = 0
    while true {
      if let row = advance(box, meets: (first - last) % 2 != 0) { return row }
      if let row = retreat(box, meets: (first - last) % 2 == 0) { return row }
      effort += 1
      if effort >= mostEffort { return furthest(box) }
    }
  }

  private mutating func advance(_ box: Box, meets: Bool) -> (row: Int, column: Int)? {
    widen(&forward, box, unreached: -1)
    for diagonal in stride(from: forward.high, through: forward.low, by: -2) {
      let (below, above) = neighbours(of: diagonal, in: forward)
      var row = below < above ? above : below + 1
      var column = row - diagonal
      while row < box.old.upperBound, column < box.new.upperBound, old[row] == new[column] {
        (row, column) = (row + 1, column + 1)
      }
      forward.reached[center + diagonal] = row
      if meets, backward.low <= diagonal, diagonal <= backward.high,
        backward.reached[center + diagonal] <= row
      {
        return (row, column)
      }
    }
    return nil
  }

  private mutating func retreat(_ box: Box, meets: Bool) -> (row: Int, column: Int)? {
    widen(&backward, box, unreached: Int.max)
    for diagonal in stride(from: backward.high, through: backward.low, by: -2) {
      let (below, above) = neighbours(of: diagonal, in: backward)
      var row = below < above ? below : above - 1
      var column = row - diagonal
      while box.old.lowerBound < row, box.new.lowerBound < column,
        old[row - 1] == new[column - 1]
      {
        (row, column) = (row - 1, column - 1)
      }
      backward.reached[center + diagonal] = row
      if meets, forward.low <= diagonal, diagonal <= forward.high,
        row <= forward.reached[center + diagonal]
      {
        return (row, column)
      }
    }
    return nil
  }

  private func neighbours(of diagonal: Int, in front: Front) -> (below: Int, above: Int) {
    (front.reached[center + diagonal - 1], front.reached[center + diagonal + 1])
  }

  /// One diagonal more on each side, as far as the box has any.
  private func widen(_ front: inout Front, _ box: Box, unreached: Int) {
    if front.low > box.old.lowerBound - box.new.upperBound {
      front.low -= 1
      front.reached[center + front.low - 1] = unreached
    } else {
      front.low += 1
    }
    if front.high < box.old.upperBound - box.new.lowerBound {
      front.high += 1
      front.reached[center + front.high + 1] = unreached
    } else {
      front.high -= 1
    }
  }

  /// The point furthest from its corner of all that were reached.
  private func furthest(_ box: Box) -> (row: Int, column: Int) {
    var ahead = (row: box.old.lowerBound, column: box.new.lowerBound)
    for diagonal in stride(from: forward.high, through: forward.low, by: -2) {
      var row = min(forward.reached[center + diagonal], box.old.upperBound)
      if row - diagonal > box.new.upperBound { row = box.new.upperBound + diagonal }
      if row + row - diagonal > ahead.row + ahead.column { ahead = (row, row - diagonal) }
    }
    var behind = (row: box.old.upperBound, column: box.new.upperBound)
    for diagonal in stride(from: backward.high, through: backward.low, by: -2) {
      var row = max(backward.reached[center + diagonal], box.old.lowerBound)
      if row - diagonal < box.new.lowerBound { row = box.new.lowerBound + diagonal }
      if row + row - diagonal < behind.row + behind.column { behind = (row, row - diagonal) }
    }
    let gone = ahead.row + ahead.column - box.old.lowerBound - box.new.lowerBound
    let come = box.old.upperBound + box.new.upperBound - behind.row - behind.column
    return come < gone ? ahead : behind
  }

  var hunks: [LineDifference.Hunk] {
    var hunks: [LineDifference.Hunk] = []
    var (row, column) = (0, 0)
    while row < old.count || column < new.count {
      let (top, left) = (row, column)
      while row < old.count, isRemoved[row] { row += 1 }
      while column < new.count, isAdded[column] { column += 1 }
      if row > top || column > left {
        hunks.append(LineDifference.Hunk(old: top..<row, new: left..<column))
      } else {
        (row, column) = (row + 1, column + 1)
      }
    }
    return hunks
  }
}
