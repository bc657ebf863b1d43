/// The views beside the form, each with its place in what it shows.
struct Panes: Sendable {
  var graph = GraphPane()
  var files = FilesPane()
  var source = SourcePane()
  var problems = ProblemsPane()
  var history = HistoryPane()
  /// The first row of the form that is seen.
  var form = Scroll()
  /// The pane beside the form.
  var main = PaneID.graph
  /// How far the person has moved the lines between the columns.
  var shifts = ScreenLayout.Shifts()
  /// How many errors belong to each step.
  var stepProblems = StepProblems()
  /// The number of the line that the mouse holds.
  var held: Int?
  /// What the starter under the cursor consists of.
  var preview: StarterPreview?

  /// The same columns without anything of a text.
  var emptied: Panes {
    var panes = Panes()
    (panes.main, panes.shifts) = (main, shifts)
    return panes
  }

  /// Puts the pane that was looked at last beside the form, unless it has a place of its own there.
  mutating func follow(_ pane: PaneID, width: Int) {
    let hasPlace = width >= ScreenLayout.widths.three && (pane == .source || pane == .problems)
    if !hasPlace { main = pane }
  }

  /// Gives a key to a pane; nothing when it means nothing there.
  mutating func handle(_ key: Key, in pane: PaneID) -> [PaneRequest]? {
    switch pane {
    case .graph: graph.handle(key)
    case .files: files.handle(key)
    case .source: source.handle(key)
    case .problems: problems.handle(key)
    case .history: history.handle(key)
    }
  }

  /// Gives a pasted text to a pane; nothing when it means nothing there.
  mutating func paste(_ text: String, in pane: PaneID) -> [PaneRequest]? {
    switch pane {
    case .source: source.paste(text)
    case .files: files.paste(text)
    case .graph, .problems, .history: nil
    }
  }

  /// Gives the mouse to the pane that is drawn in an area; nothing when it means nothing there.
  mutating func handle(_ mouse: MouseEvent, in pane: PaneID, at area: Rect) -> [PaneRequest]? {
    switch pane {
    case .graph: graph.handle(mouse, in: area)
    case .files: files.handle(mouse, in: area)
    case .source: source.handle(mouse, in: area)
    case .problems: problems.handle(mouse, in: area)
    case .history: history.handle(mouse, in: area)
    }
  }

  /// Draws a pane.
  mutating func draw(_ pane: PaneID, in area: Rect, on surface: inout Surface, isFocused: Bool) {
    switch pane {
    case .graph: graph.draw(in: area, on: &surface, isFocused: isFocused)
    case .files: files.draw(in: area, on: &surface, isFocused: isFocused)
    case .source: source.draw(in: area, on: &surface, isFocused: isFocused)
    case .problems: problems.draw(in: area, on: &surface, isFocused: isFocused)
    case .history: history.draw(in: area, on: &surface, isFocused: isFocused)
    }
  }

  /// Whether letters typed in a pane are text.
  func isTyping(in pane: PaneID) -> Bool {
    pane == .source || (pane == .files && files.isTyping)
  }
}
