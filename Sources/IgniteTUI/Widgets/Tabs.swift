import IgniteSyntax

/// Names of which one is shown: ` 1 Form  2 Graph  3 Files `.
struct Tabs {
  /// One name.
  struct Tab: Hashable {
    var title: String
    var isActive: Bool
    /// A number or mark behind the name, in its own role.
    var badge = ""
    var badgeRole = Role.tab
  }

  let tabs: [Tab]

  /// Draws the names and says which columns each takes.
  @discardableResult
  func draw(in area: Rect, on surface: inout Surface) -> [Range<Int>] {
    let line = area.row(0)
    var x = line.x
    return tabs.map { tab in
      let start = x
      let role: Role = tab.isActive ? .tabActive : .tab
      x += surface.write(" \(tab.title) ", at: Point(x: x, y: line.y), role: role, in: line)
      if !tab.badge.isEmpty {
        x += surface.write(
          "\(tab.badge) ", at: Point(x: x, y: line.y), role: tab.badgeRole, in: line)
      }
      return start..<x
    }
  }
}
