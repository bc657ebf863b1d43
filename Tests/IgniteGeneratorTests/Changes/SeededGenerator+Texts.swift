import IgniteTestSupport

extension SeededGenerator {
  init(_ seed: Int) { self.init(seed: UInt64(truncatingIfNeeded: seed)) }

  /// A text of up to `most` lines of few different kinds, with or without a last line end.
  mutating func text(lines most: Int) -> String {
    let count = Int.random(in: 0...most, using: &self)
    let lines = (0..<count).map { _ in "line \(Int.random(in: 0..<8, using: &self))\n" }
    let text = lines.joined()
    return Bool.random(using: &self) ? String(text.dropLast()) : text
  }

  /// A text with some lines changed, added or gone.
  mutating func edited(_ text: String, _ mark: String, edits: Int = 3) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for edit in 0..<Int.random(in: 0...edits, using: &self) {
      let place = Int.random(in: 0..<max(lines.count, 1), using: &self)
      switch Int.random(in: 0..<3, using: &self) {
      case 0: lines.insert("\(mark) \(edit)", at: min(place, lines.count))
      case 1 where place < lines.count: lines.remove(at: place)
      default: if place < lines.count { lines[place] += " \(mark)" }
      }
    }
    return lines.joined(separator: "\n")
  }
}
