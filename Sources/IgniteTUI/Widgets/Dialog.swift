import IgniteSyntax

/// A framed box in the middle of the screen that lies over everything else.
struct Dialog {
  let title: String
  /// The size with its frame; smaller where the screen is.
  let size: Size

  /// Draws the empty box and gives the area inside it.
  func draw(in area: Rect, on surface: inout Surface) -> Rect {
    let box = box(in: area)
    surface.fill(box)
    surface.frame(box, role: .borderFocused, title: title, titleRole: .title)
    return inside(in: area)
  }

  /// The area inside the frame.
  func inside(in area: Rect) -> Rect { box(in: area).inset(x: 2, y: 1) }

  private func box(in area: Rect) -> Rect {
    area.inset(x: area.width > 70 ? 2 : 0, y: area.height > 22 ? 1 : 0).centered(size)
  }
}
