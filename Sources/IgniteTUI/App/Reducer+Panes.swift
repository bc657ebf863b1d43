extension Reducer {
  /// Gives a key to a pane; false when the pane does not know it.
  mutating func takeInPane(_ pane: PaneID, _ key: Key) -> Bool { false }

  /// Gives a paste to the pane that has the focus.
  mutating func pasteIntoPane(_ text: String) {}
}
