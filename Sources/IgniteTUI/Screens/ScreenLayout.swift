/// Which part of the screen shows what, for a size: one pane with tabs, from 120 columns two beside each other,
/// from 160 three.
struct ScreenLayout: Sendable {
  /// The least that a screen needs.
  static let least = Size(width: 60, height: 20)
  /// From how many columns on two and three columns stand beside each other.
  static let widths = (two: 120, three: 160)

  /// How far the person has moved the lines between the columns.
  struct Shifts: Hashable, Sendable {
    var first = 0
    var second = 0
  }

  /// Where one is and what is unsaved.
  let header: Rect
  /// The names of the panes.
  let tabs: Rect
  /// The steps of the walk, where there is room for them.
  private(set) var steps: Rect?
  /// The page of questions, where it is seen.
  private(set) var form: Rect?
  /// The panes that are seen.
  private(set) var panes: [(id: PaneID, area: Rect)] = []
  /// The columns of lines that can be dragged.
  private(set) var splitters: [Rect] = []
  /// One line for what is to be said.
  let message: Rect
  /// Which keys work.
  let keys: Rect

  /// Lays a screen out; `main` is the pane beside the form where there is room for one.
  init(_ size: Size, focus: Focus, main: PaneID, hasPanes: Bool, shifts: Shifts = Shifts()) {
    let all = Rect(width: size.width, height: size.height)
    let (top, rest) = all.split(top: 1)
    header = top
    let (tabLine, below) = rest.split(top: hasPanes ? 1 : 0)
    tabs = tabLine
    let (body, foot) = below.split(bottom: 2)
    message = foot.row(0)
    keys = foot.row(1)
    if !hasPanes {
      form = body
    } else if size.width >= Self.widths.three {
      layThree(body, main, shifts)
    } else if size.width >= Self.widths.two {
      layTwo(body, main, shifts)
    } else {
      layOne(body, focus)
    }
  }

  private mutating func layOne(_ body: Rect, _ focus: Focus) {
    if case .pane(let pane) = focus {
      panes = [(pane, body)]
    } else {
      layForm(body)
    }
  }

  private mutating func layForm(_ body: Rect) {
    guard body.width >= 76 else {
      form = body
      return
    }
    let (left, right) = body.split(left: 17)
    steps = left
    form = right
  }

  private mutating func layTwo(_ body: Rect, _ main: PaneID, _ shifts: Shifts) {
    let columns = min(max(body.width * 52 / 100 + shifts.first, 50), body.width - 40)
    let (left, right) = body.split(left: columns)
    layForm(left)
    splitters = [right.split(left: 1).left]
    panes = [(main, right.split(left: 1).right)]
  }

  private mutating func layThree(_ body: Rect, _ main: PaneID, _ shifts: Shifts) {
    let columns = min(max(body.width * 38 / 100 + shifts.first, 50), body.width - 90)
    let (left, rest) = body.split(left: columns)
    layForm(left)
    let second = min(max(rest.width * 11 / 20 + shifts.second, 40), rest.width - 40)
    let (middle, right) = rest.split(left: second)
    splitters = [middle.split(left: 1).left, right.split(left: 1).left]
    let column = right.split(left: 1).right
    let (upper, lower) = column.split(bottom: max(column.height / 3, 6))
    panes = [
      (main, middle.split(left: 1).right), (.source, upper),
      (.problems, lower.split(top: 1).bottom),
    ]
  }

  /// The area of a pane that is seen.
  func area(of pane: PaneID) -> Rect? { panes.first { $0.id == pane }?.area }

  /// The pane that is seen at a place.
  func pane(at point: Point) -> (id: PaneID, area: Rect)? {
    panes.first { $0.area.contains(point) }
  }

  /// The number of the line between columns at a place.
  func splitter(at point: Point) -> Int? { splitters.firstIndex { $0.contains(point) } }
}
