/// Which rows of a longer list are seen.
struct Scroll: Hashable, Sendable {
  /// The first row that is seen.
  private(set) var top = 0

  /// Moves as little as needed to see a row, with a row of context where there is room.
  mutating func reveal(_ row: Int, height: Int, count: Int) {
    let margin = height > 4 ? 1 : 0
    top = min(top, max(row - margin, 0))
    top = max(top, min(row + margin, count - 1) - height + 1)
    settle(height: height, count: count)
  }

  /// Moves by rows.
  mutating func move(by rows: Int, height: Int, count: Int) {
    top += rows
    settle(height: height, count: count)
  }

  /// Puts a row at the top.
  mutating func move(to row: Int) { top = max(row, 0) }

  /// Stays within the list.
  mutating func settle(height: Int, count: Int) { top = min(max(top, 0), max(count - height, 0)) }

  /// The rows that are seen.
  func visible(height: Int, count: Int) -> Range<Int> {
    let first = min(top, count)
    return first..<min(first + max(height, 0), count)
  }
}

/// Where one is in a longer list: `│█│`.
struct ScrollBar: Hashable, Sendable {
  /// The first row that is seen.
  var top: Int
  /// The rows of the list.
  var count: Int

  /// Draws along an area of one column; nothing where all rows are seen.
  func draw(in area: Rect, on surface: inout Surface) {
    guard count > area.height, area.height > 1, area.width > 0 else { return }
    let size = max(area.height * area.height / count, 1)
    let room = area.height - size
    let start = min(top * room / max(count - area.height, 1), room)
    for row in 0..<area.height {
      let isThumb = row >= start && row < start + size
      surface.write(
        isThumb ? surface.glyphs.thumb : surface.glyphs.track,
        at: Point(x: area.x, y: area.y + row), role: isThumb ? .scrollbar : .border)
    }
  }
}
