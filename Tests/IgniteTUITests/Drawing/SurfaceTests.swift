import IgniteTestSupport
import Testing

@testable import IgniteTUI

struct SurfaceTests {
  @Test func cutsWithAnEllipsisWhereTheClipEnds() {
    var surface = Surface(width: 10, height: 2)
    let columns = surface.write("services", at: Point(x: 1), role: .title, in: surface.bounds)
    #expect(columns == 8)
    let clip = Rect(x: 1, y: 1, width: 5, height: 1)
    #expect(surface.write("services", at: Point(x: 1, y: 1), role: .key, in: clip) == 5)
    #expect(surface.rows == [" services ", " serv…    "])
    #expect(surface.roles == [".tttttttt.", ".kkkkk...."])
  }

  @Test func neverShowsHalfAWideCharacter() {
    var surface = Surface(width: 6, height: 3)
    surface.write("ab世界x", at: Point())
    surface.write("a世界世", at: Point(x: 0, y: 1))
    surface.write("世界", at: Point(x: -1, y: 2))
    #expect(surface.rows == ["ab世 …", "a世界…", " 界   "])
  }

  @Test func mendsWideCharactersThatAreOverwritten() {
    var surface = Surface(width: 6, height: 1)
    surface.write("世界世", at: Point())
    surface.write("x", at: Point(x: 1))
    surface.write("y", at: Point(x: 2))
    #expect(surface.rows == [" xy 世"])
  }

  @Test func showsWhatCouldDriveATerminal() {
    var surface = Surface(width: 24, height: 3)
    surface.write("a\u{1b}[2J\n\u{7f}\u{9b}", at: Point())
    surface.write("x\u{202E}y", at: Point(x: 0, y: 1))
    surface.write("👍🏽e\u{301}\u{200D}\u{FE0F}z", at: Point(x: 0, y: 2))
    #expect(surface.picture == "a␛[2J␊␡<U+009B>\nx<U+202E>y\n👍e\u{301}z\n")
  }

  @Test func drawsFramesInBothGlyphSets() {
    var surface = Surface(width: 12, height: 3)
    surface.frame(surface.bounds, title: "Files", titleRole: .title)
    #expect(surface.rows == ["┌ Files ───┐", "│          │", "└──────────┘"])
    #expect(surface.roles[0] == "btttttttbbbb")
    var ascii = Surface(width: 12, height: 3, glyphs: .ascii)
    ascii.frame(ascii.bounds, title: "A long title")
    #expect(ascii.rows == ["+ A long t~+", "|          |", "+----------+"])
  }

  @Test func fillsAndMarksWithinItsBounds() {
    var surface = Surface(width: 4, height: 2)
    surface.write("abcd", at: Point())
    surface.setRole(.error, in: Rect(x: 2, y: -3, width: 9, height: 4))
    surface.fill(Rect(x: -2, y: 1, width: 4, height: 9), role: .selection)
    surface.mark(.problem, in: Rect(x: 1, y: 0, width: 1, height: 1))
    #expect(surface.rows == ["abcd", "    "])
    #expect(surface.roles == ["..ee", "ss.."])
    #expect(surface[Point(x: 1)]?.mark == .problem)
    #expect(surface[Point(x: 4)] == nil)
  }

  @Test func holdsItsShapeWhateverIsWritten() {
    var random = SeededGenerator(seed: 7)
    let scalars = "a世e\u{301}\u{1b}\u{202e}…👍\u{200d}\t界".unicodeScalars.map { $0 }
    for _ in 0..<2000 {
      var surface = Surface(width: .random(in: 0...7, using: &random), height: 2)
      for _ in 0..<6 {
        let text = String(
          String.UnicodeScalarView(
            (0..<5).compactMap { _ in scalars.randomElement(using: &random) }))
        let x = Int.random(in: -4...8, using: &random)
        let clip = Rect(
          x: .random(in: -3...6, using: &random), y: 0, width: .random(in: 0...9, using: &random),
          height: 2)
        surface.write(text, at: Point(x: x, y: .random(in: -1...2, using: &random)), in: clip)
      }
      expectWholeCharacters(surface)
    }
  }

  private func expectWholeCharacters(_ surface: Surface) {
    for y in 0..<surface.size.height {
      var x = 0
      while x < surface.size.width {
        let width = Int(surface[Point(x: x, y: y)]?.width ?? 0)
        #expect(width == 1 || width == 2)
        if width == 2 { #expect(surface[Point(x: x + 1, y: y)]?.width == 0) }
        x += max(width, 1)
      }
      #expect(x == surface.size.width)
    }
  }

  @Test func everyRoleHasItsOwnLetter() {
    #expect(Set(Role.allCases.map(\.letter)).count == Role.allCases.count)
  }
}
