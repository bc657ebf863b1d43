import IgniteTestSupport
import Testing

@testable import IgniteTUI

/// The terminal of the tests reads as a real one does.
struct VirtualTerminalTests {
  /// While no program has the terminal it echoes what is typed, half characters too; what the next program
  /// sends still counts.
  @Test func takesASequenceBehindHalfACharacter() {
    for half in [[0xF0], [0xE4, 0xB8], [0xC3], [0xF0, 0x9F, 0x91]] as [[UInt8]] {
      var terminal = VirtualTerminal(width: 20, height: 2)
      terminal.read(half)
      terminal.read(Array("\u{1B}[?1049h\u{1B}[?2004h".utf8))
      #expect(terminal.modes.isSuperset(of: [1049, 2004]))
      terminal.read(Array("ä世".utf8))
      #expect(terminal.picture.contains("ä世"))
    }
  }
}

struct PresenterTests {
  private func presenter(
    _ colours: ColorSupport = .truecolor, isASCII: Bool = false
  ) -> Presenter {
    Presenter(theme: ThemeCatalog.standard, colours: colours, isASCII: isASCII)
  }

  @Test func showsWhatIsOnTheSurface() {
    var surface = Surface(width: 20, height: 4)
    surface.frame(surface.bounds, title: "Probe", titleRole: .title)
    surface.write("世界 e\u{301}", at: Point(x: 2, y: 1), role: .error)
    surface.cursor = Point(x: 3, y: 2)
    var terminal = VirtualTerminal(width: 20, height: 4)
    var presenter = presenter()
    terminal.read(presenter.frame(surface))
    #expect(terminal.rows == surface.rows)
    #expect(terminal[2, 1].pen.attributes == [1])
    #expect(terminal[2, 1].pen.foreground == "38;2;240;113;123")
    #expect((terminal.x, terminal.y) == (3, 2))
    #expect(terminal.modes.contains(25))
    #expect(terminal.unknown.isEmpty)
  }

  @Test func sendsNothingForTheSameSurface() {
    var surface = Surface(width: 20, height: 4)
    surface.write("same", at: Point())
    var presenter = presenter()
    #expect(!presenter.frame(surface).isEmpty)
    #expect(presenter.frame(surface).isEmpty)
    presenter.invalidate()
    #expect(!presenter.frame(surface).isEmpty)
  }

  @Test func sendsLittleForOneLetter() {
    var surface = Surface(width: 200, height: 60)
    surface.frame(surface.bounds)
    var presenter = presenter()
    _ = presenter.frame(surface)
    surface.write("x", at: Point(x: 50, y: 30))
    surface.cursor = Point(x: 51, y: 30)
    let bytes = presenter.frame(surface)
    #expect(bytes.count < 100, "\(bytes.count)")
  }

  @Test func staysWithinASCII() {
    var surface = Surface(width: 12, height: 1, glyphs: .ascii)
    surface.write("é世x", at: Point())
    var presenter = presenter(.none, isASCII: true)
    let bytes = presenter.frame(surface)
    #expect(bytes.allSatisfy { $0 < 0x80 })
    var terminal = VirtualTerminal(width: 12, height: 1)
    terminal.read(bytes)
    #expect(terminal.rows == ["???x        "])
  }

  @Test(arguments: ColorSupport.allCases)
  func bringsAnySurfaceToAnyOther(_ colours: ColorSupport) {
    var random = SeededGenerator(seed: 3)
    var presenter = presenter(colours)
    var size = Size(width: 12, height: 4)
    var terminal = VirtualTerminal(width: 12, height: 4)
    var surface = Surface(size)
    for round in 0..<600 {
      if round % 40 == 39 {
        size = Size(
          width: .random(in: 1...14, using: &random), height: .random(in: 1...5, using: &random))
        terminal.resize(width: size.width, height: size.height)
        surface = Surface(size)
      }
      scribble(on: &surface, &random)
      terminal.read(presenter.frame(surface))
      #expect(terminal.rows == surface.rows)
      expectPens(terminal, surface, colours)
    }
    #expect(terminal.unknown.isEmpty)
  }

  private func scribble(on surface: inout Surface, _ random: inout SeededGenerator) {
    let texts = ["a", "世", "wide 世界", "e\u{301}x", "", "│", "long enough to be cut"]
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let point = Point(
        x: .random(in: 0...12, using: &random), y: .random(in: 0...4, using: &random))
      let role = Role.allCases.randomElement(using: &random) ?? .text
      surface.write(texts.randomElement(using: &random) ?? "", at: point, role: role)
      let area = Rect(x: point.x, y: point.y, width: 3, height: 1)
      if Bool.random(using: &random) {
        surface.mark(Mark(rawValue: UInt8(Int.random(in: 0...15, using: &random))), in: area)
      }
    }
    surface.cursor = Bool.random(using: &random) ? Point() : nil
  }

  /// Every cell looks as the theme says, however it came there.
  private func expectPens(
    _ terminal: VirtualTerminal, _ surface: Surface, _ colours: ColorSupport
  ) {
    let theme = ThemeCatalog.standard.reduced(to: colours)
    for y in 0..<surface.size.height {
      for x in 0..<surface.size.width {
        guard let cell = surface[Point(x: x, y: y)], cell.width > 0 else { continue }
        let style = theme.style(of: cell.role, mark: cell.mark)
        let pen = terminal[x, y].pen
        #expect(pen.foreground == PenCode.text(style.foreground))
        #expect(pen.background == PenCode.ground(style.background))
        #expect(pen.attributes == Set(PenCode.attributes(style.attributes).compactMap { Int($0) }))
      }
    }
  }
}
