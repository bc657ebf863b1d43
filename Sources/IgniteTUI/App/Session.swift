import IgniteGenerator
import IgniteSyntax

/// The config that is being made, with what was done to it and what is on the disk.
struct Session: Sendable {
  /// The text and what it says: the only truth.
  private(set) var document: Document
  /// Where it is kept; absent while it was never saved.
  var path: String?
  /// The text on the disk as far as it is known.
  var savedBytes: [UInt8]?
  private(set) var history = History()
  /// Counts the texts, so that others know when theirs is an older one.
  private(set) var revision = 0

  /// Opens a text; `savedBytes` is what the disk has of it.
  init(_ document: Document, path: String?, savedBytes: [UInt8]?, revision: Int = 0) {
    self.document = document
    self.path = path
    self.savedBytes = savedBytes
    self.revision = revision
  }

  /// Whether there is something that a save would keep.
  var isUnsaved: Bool { savedBytes != document.source.bytes }

  /// How the text is called.
  var title: String { path ?? "a new architecture" }

  /// Makes edits; what stands in the way, if something does.
  mutating func apply(
    _ edits: [ConfigEdit], title: String, joining: String? = nil
  ) -> Diagnostic? {
    switch document.applying(edits) {
    case .refused(let diagnostic): return diagnostic
    case .edited(let edited):
      adopt(edited, title: title, joining: joining)
      return nil
    }
  }

  /// Replaces the text as a whole, as an editor does.
  mutating func replace(_ bytes: [UInt8], title: String, joining: String? = nil) {
    adopt(parsed(bytes), title: title, joining: joining)
  }

  private mutating func adopt(_ next: Document, title: String, joining: String?) {
    guard next.source.bytes != document.source.bytes else { return }
    history.add(title, from: document.source.bytes, to: next.source.bytes, joining: joining)
    document = next
    revision += 1
  }

  /// Ends what further typing would join.
  mutating func closeEntry() { history.close() }

  /// Takes the last thing back; what it was.
  mutating func undo() -> String? {
    guard let (bytes, title) = history.undo(document.source.bytes) else { return nil }
    show(bytes)
    return title
  }

  /// Does the next thing again; what it was.
  mutating func redo() -> String? {
    guard let (bytes, title) = history.redo(document.source.bytes) else { return nil }
    show(bytes)
    return title
  }

  private mutating func show(_ bytes: [UInt8]) {
    document = parsed(bytes)
    revision += 1
  }

  private func parsed(_ bytes: [UInt8]) -> Document {
    Document.parse(Source(name: document.source.name, bytes: bytes), format: document.format)
  }
}
