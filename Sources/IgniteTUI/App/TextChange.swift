/// A stretch of a text that was replaced by another.
struct TextChange: Hashable, Sendable {
  /// Where it starts, in bytes.
  var offset: Int
  var removed: [UInt8]
  var inserted: [UInt8]

  /// The smallest single stretch in which two texts differ.
  init(from old: [UInt8], to new: [UInt8]) {
    let limit = min(old.count, new.count)
    var start = 0
    while start < limit, old[start] == new[start] { start += 1 }
    var end = 0
    while end < limit - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
    offset = start
    removed = Array(old[start..<old.count - end])
    inserted = Array(new[start..<new.count - end])
  }

  /// Takes a stretch as it was kept.
  init(offset: Int, removed: [UInt8], inserted: [UInt8]) {
    self.offset = offset
    self.removed = removed
    self.inserted = inserted
  }

  /// Whether nothing was replaced.
  var isEmpty: Bool { removed == inserted }

  /// The change that takes this one back.
  var reversed: TextChange {
    TextChange(offset: offset, removed: inserted, inserted: removed)
  }

  /// The text afterwards; nothing where the stretch is not there.
  func applied(to text: [UInt8]) -> [UInt8]? {
    let end = offset + removed.count
    guard offset >= 0, end <= text.count, text[offset..<end].elementsEqual(removed) else {
      return nil
    }
    return Array(text[..<offset]) + inserted + text[end...]
  }
}
