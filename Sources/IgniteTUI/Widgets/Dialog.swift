import IgniteSyntax

/// A framed box in the middle of the screen that lies over everything else.
struct Dialog {
  let title: String
  /// The size with its frame; smaller where the screen is.
  let size: Size

  /// Draws the empty box and gives the area inside it.
  func draw(in area: Rect, on surface: inout Surface) -> Rect {
    let box = area.inset(x: area.width > 70 ? 2 : 0, y: area.height > 22 ? 1 : 0).centered(size)
    surface.fill(box)
    surface.frame(box, role: .borderFocused, title: title, titleRole: .title)
    return box.inset(x: 2, y: 1)
  }
}
