/// Joins the changes that two sides made to one text.
package enum LineMerge {
  private typealias Hunk = LineDifference.Hunk

  /// The text with both sides' changes; absent where they touch the same or neighbouring lines in
  /// different ways, or where something is no text.
  package static func merged(base: [UInt8], _ ours: [UInt8], _ theirs: [UInt8]) -> [UInt8]? {
    guard ![base, ours, theirs].contains(where: { $0.contains(0) }) else { return nil }
    let lines = LineDifference.lines(base)
    var left = Side(base: lines, text: ours)
    var right = Side(base: lines, text: theirs)
    var text: [UInt8] = []
    var done = 0
    while let start = [left.start, right.start].compactMap({ $0 }).min() {
      for line in lines[done..<start] { text += line }
      let end = group(&left, &right, from: start)
      guard let joined = joined(left.taken, right.taken, start..<end, left, right) else {
        return nil
      }
      for line in joined { text += line }
      done = end
      left.drop()
      right.drop()
    }
    for line in lines[done...] { text += line }
    return text
  }

  /// Takes the changes of both sides that touch each other; the line of the base after them.
  private static func group(_ left: inout Side, _ right: inout Side, from start: Int) -> Int {
    var end = start
    while true {
      if let upper = left.take(upTo: end) ?? right.take(upTo: end) {
        end = max(end, upper)
      } else {
        return end
      }
    }
  }

  private static func joined(
    _ ours: ArraySlice<Hunk>, _ theirs: ArraySlice<Hunk>, _ region: Range<Int>, _ left: Side,
    _ right: Side
  ) -> ArraySlice<ArraySlice<UInt8>>? {
    if theirs.isEmpty { return left.lines(for: region) }
    let replacement = right.lines(for: region)
    if ours.isEmpty { return replacement }
    return left.lines(for: region) == replacement ? replacement : nil
  }

  /// One side's text and its changes to the base.
  private struct Side {
    private let text: [ArraySlice<UInt8>]
    private let hunks: [Hunk]
    private var first = 0
    private var next = 0

    init(base: [ArraySlice<UInt8>], text: [UInt8]) {
      self.text = LineDifference.lines(text)
      hunks = LineDifference(base, self.text).hunks
    }

    /// The first line of the base that a change not taken yet touches.
    var start: Int? { next < hunks.count ? hunks[next].old.lowerBound : nil }
    /// The changes taken together.
    var taken: ArraySlice<Hunk> { hunks[first..<next] }

    /// Takes the next change if it begins at `line` or before; the line after it.
    mutating func take(upTo line: Int) -> Int? {
      guard let start, start <= line else { return nil }
      next += 1
      return hunks[next - 1].old.upperBound
    }

    mutating func drop() { first = next }

    /// What this side has for a region of the base that begins and ends outside its changes.
    func lines(for region: Range<Int>) -> ArraySlice<ArraySlice<UInt8>> {
      guard let first = taken.first, let last = taken.last else { return [] }
      let start = first.new.lowerBound - (first.old.lowerBound - region.lowerBound)
      let end = last.new.upperBound + (region.upperBound - last.old.upperBound)
      return text[start..<end]
    }
  }
}
