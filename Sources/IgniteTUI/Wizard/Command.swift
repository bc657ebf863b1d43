/// What a key can do.
enum Command: String, CaseIterable, Hashable, Sendable {
  case up, down, pageUp = "page-up", pageDown = "page-down", first, last
  case activate, back
  case nextPane = "next-pane", previousPane = "previous-pane"
  case nextStep = "next-step", previousStep = "previous-step"
  case pane1 = "pane-1", pane2 = "pane-2", pane3 = "pane-3", pane4 = "pane-4", pane5 = "pane-5"
  case pane6 = "pane-6"
  case palette, search, help, undo, redo, open, save, generate, redraw, quit, ask, suspend
  case add, remove, rename, duplicate, moveUp = "move-up", moveDown = "move-down", reset
  case fix, nextProblem = "next-problem", explain
  case toggleMouse = "toggle-mouse", theme, editor, copyPath = "copy-path"
}
