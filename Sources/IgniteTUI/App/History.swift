/// Everything that was done to a text since it was opened, to be taken back and done again without limit.
struct History: Sendable {
  /// One thing that was done.
  struct Entry: Hashable, Sendable {
    /// What it was: "set services.orders.type to consumer".
    var title: String
    var change: TextChange
    /// What further typing joins, such as the field that is typed into.
    var joining: String?
  }

  /// What was done, the oldest first, with what was taken back at the end.
  private(set) var entries: [Entry] = []
  /// How many of the entries count now.
  private(set) var position = 0

  var canUndo: Bool { position > 0 }
  var canRedo: Bool { position < entries.count }

  /// Adds what was done; what was taken back before can no longer be done again.
  mutating func add(_ title: String, from old: [UInt8], to new: [UInt8], joining: String? = nil) {
    entries.removeSubrange(position...)
    if let joining, let last = entries.last, last.joining == joining,
      let start = last.change.reversed.applied(to: old)
    {
      entries.removeLast()
      append(title, TextChange(from: start, to: new), joining)
    } else {
      append(title, TextChange(from: old, to: new), joining)
    }
    position = entries.count
  }

  private mutating func append(_ title: String, _ change: TextChange, _ joining: String?) {
    guard !change.isEmpty else { return }
    entries.append(Entry(title: title, change: change, joining: joining))
  }

  /// What was done last stays on its own, whatever is typed next.
  mutating func close() {
    guard !entries.isEmpty else { return }
    entries[entries.count - 1].joining = nil
  }

  /// Takes the last thing back; the text before it, and what it was.
  mutating func undo(_ text: [UInt8]) -> (text: [UInt8], title: String)? {
    guard canUndo, let before = entries[position - 1].change.reversed.applied(to: text) else {
      return nil
    }
    close()
    position -= 1
    return (before, entries[position].title)
  }

  /// Does the next thing again; the text after it, and what it was.
  mutating func redo(_ text: [UInt8]) -> (text: [UInt8], title: String)? {
    guard canRedo, let after = entries[position].change.applied(to: text) else { return nil }
    position += 1
    return (after, entries[position - 1].title)
  }
}
