extension String {
  /// The candidate that this word was most likely meant to be, absent when none is close: at most
  /// one slip in three characters; case, `-` and `_` hardly count.
  public func nearest(in candidates: some Sequence<String>) -> String? {
    guard !isEmpty, utf8.count <= Spelling.longestWord else { return nil }
    let word = Spelling.folded(self)
    var best: (candidate: String, distance: Int)?
    for candidate in candidates where candidate != self && !candidate.isEmpty {
      guard candidate.utf8.count <= Spelling.longestWord else { continue }
      let other = Spelling.folded(candidate)
      let distance = Spelling.distance(word, other)
      guard distance <= max(1, max(word.count, other.count) / 3) else { continue }
      // A word of one or two letters is one slip away from too many others.
      guard distance == 0 || min(word.count, other.count) > 2 else { continue }
      if distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.candidate
  }
}

/// How far two words are apart.
enum Spelling {
  /// The longest word, in UTF-8 bytes, that is compared at all.
  static let longestWord = 256

  /// The scalars of a word in lower case with `_` for `-`.
  static func folded(_ word: String) -> [Unicode.Scalar] {
    word.lowercased().unicodeScalars.map { $0 == "-" ? "_" : $0 }
  }

  /// The insertions, deletions, replacements and swaps of neighbours that make one word the other.
  static func distance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
    var beforeLast = [Int](repeating: 0, count: second.count + 1)
    var last = Array(0...second.count)
    for row in 0..<first.count {
      var current = [row + 1]
      for column in 0..<second.count {
        let isSame = first[row] == second[column]
        var cost = min(last[column] + (isSame ? 0 : 1), last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
          cost = min(cost, beforeLast[column - 1] + 1)
        }
        current.append(cost)
      }
      (beforeLast, last) = (last, current)
    }
    return last[second.count]
  }
}
