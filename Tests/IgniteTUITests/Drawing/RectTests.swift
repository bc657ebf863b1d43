import Testing

@testable import IgniteTUI

struct RectTests {
  private let area = Rect(x: 2, y: 1, width: 10, height: 4)

  @Test func splitsWithoutLosingACell() {
    for cut in -2...12 {
      let (left, right) = area.split(left: cut)
      #expect(left.width + right.width == 10)
      #expect(left.maxX == right.x)
      let (top, bottom) = area.split(bottom: cut)
      #expect(top.height + bottom.height == 4)
      #expect(top.maxY == bottom.y)
    }
    #expect(area.split(right: 3).right == Rect(x: 9, y: 1, width: 3, height: 4))
    #expect(area.split(top: 1).top == Rect(x: 2, y: 1, width: 10, height: 1))
  }

  @Test func staysInsideWhenItShrinks() {
    #expect(area.inset() == Rect(x: 3, y: 2, width: 8, height: 2))
    #expect(area.inset(9).isEmpty)
    #expect(area.centered(Size(width: 4, height: 9)) == Rect(x: 5, y: 1, width: 4, height: 4))
    #expect(area.row(3).y == 4)
    #expect(area.row(4).isEmpty)
    let apart = area.clamped(to: Rect(x: 40, y: 40, width: 5, height: 5))
    #expect(apart.isEmpty)
  }

  @Test func knowsItsCells() {
    #expect(area.contains(Point(x: 2, y: 1)))
    #expect(area.contains(Point(x: 11, y: 4)))
    #expect(!area.contains(Point(x: 12, y: 4)))
    #expect(!area.contains(Point(x: 11, y: 5)))
  }
}
