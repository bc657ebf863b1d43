import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteTUI

struct PaneTests {
  // MARK: Source

  /// A pane before a text, whose requests are followed.
  private struct Editor {
    var text: String
    var pane = SourcePane()

    init(_ text: String) {
      self.text = text
      show()
    }

    private mutating func show() { pane.show(Source(name: "a.toml", text: text), []) }

    mutating func follow(_ requests: [PaneRequest]?) {
      for request in requests ?? [] {
        guard case .replaceText(let range, let inserted) = request else { continue }
        var bytes = Array(text.utf8)
        bytes.replaceSubrange(range, with: Array(inserted.utf8))
        text = String(decoding: bytes, as: UTF8.self)
      }
      show()
    }

    mutating func hit(_ keys: Key...) { for key in keys { follow(pane.handle(key)) } }
  }

  @Test func typesAndDeletesInTheSource() {
    var editor = Editor("a = 1\nbé = 2\n")
    editor.hit(Key(.down), Key(.right), Key(.right), Key(.backspace))
    #expect(editor.text == "a = 1\nb = 2\n")
    editor.hit(Key(.end), Key(.enter), Key("c"))
    #expect(editor.text == "a = 1\nb = 2\nc\n")
    editor.follow(editor.pane.paste("\nd\ne"))
    #expect(editor.text == "a = 1\nb = 2\nc\nd\ne\n")
    #expect(editor.pane.line == 5)
    editor.hit(Key("k", .control), Key(.home, .control), Key(.delete))
    #expect(editor.text == " = 1\nb = 2\nc\nd\ne\n")
  }

  @Test func findsTextInTheSource() {
    var editor = Editor("name = 1\nother = 2\nNAME = 3\n")
    editor.hit(Key(.down), Key("f", .control), Key("n"), Key("a"), Key("m"))
    #expect(editor.pane.cursor == 19)
    editor.hit(Key(.down))
    #expect(editor.pane.cursor == 0)
    editor.hit(Key(.up))
    #expect(editor.pane.cursor == 19)
    var surface = Surface(width: 40, height: 6)
    editor.pane.draw(in: surface.bounds, on: &surface, isFocused: true)
    #expect(surface.rows[5].hasPrefix(" find nam"))
    #expect(surface.rows[5].contains("2 of 2"))
    editor.hit(Key(.escape))
    #expect(editor.pane.cursor == 9)
    editor.hit(Key("f", .control), Key("2"), Key(.enter), Key(.right), Key("0"))
    #expect(editor.text == "name = 1\nother = 20\nNAME = 3\n")
  }

  @Test func saysWhenThereIsNoHit() {
    var editor = Editor("a = 1\n")
    editor.hit(Key("f", .control))
    _ = editor.pane.paste("zebra")
    var surface = Surface(width: 40, height: 6)
    editor.pane.draw(in: surface.bounds, on: &surface, isFocused: true)
    #expect(surface.rows[5].contains("not there"))
    #expect(editor.text == "a = 1\n")
  }

  @Test func keepsItsColumnOnTheWayThroughShorterLines() {
    var editor = Editor("long line\nx\nlong line\n")
    editor.hit(Key(.end), Key(.down), Key(.down))
    #expect(editor.pane.cursor == 21)
  }

  @Test func showsWideTextAndProblemsWithTheCursorInPlace() {
    var pane = SourcePane()
    let text = "name = \"漢字\"\n"
    pane.show(
      Source(name: "a.toml", text: text),
      [.error("some-code", "it is so", at: Span(7, 15))])
    pane.move(to: 14)
    var surface = Surface(width: 30, height: 6)
    pane.draw(in: surface.bounds, on: &surface, isFocused: true)
    #expect(surface.rows[0].hasPrefix("✗1  name = \"漢字\""))
    #expect(surface.rows[5].contains("✗ it is so"))
    #expect(surface.cursor == Point(x: 16, y: 0))
  }

  // MARK: Problems and history

  @Test func jumpsToAProblemAndFixesIt() {
    var pane = ProblemsPane()
    var wrong = Diagnostic.error("some-code", "it is so", at: Span(2, 3))
    wrong.fixes = [Fix("mend it", .remove(ConfigPath([.key("architecture")])))]
    pane.show([.error("other", "also"), wrong], in: Source(name: "a.toml", text: "abcdef"))
    #expect(pane.handle(Key(.enter)) == [])
    _ = pane.handle(Key(.down))
    #expect(pane.handle(Key(.enter)) == [.goToSpan(Span(2, 3))])
    #expect(pane.handle(Key("f")) == [.apply(title: "mend it", wrong.fixes[0].edits)])
    #expect(pane.handle(Key("e")) == [.explain("some-code")])
    #expect(pane.handle(Key("2")) == [])
    #expect(pane.handle(Key("s", .control)) == nil)
  }

  @Test func goesBackToAnyStateOfTheHistory() {
    var pane = HistoryPane()
    pane.show(["one", "two"], position: 2)
    #expect(pane.handle(Key(.enter)) == [])
    _ = pane.handle(Key(.end))
    #expect(pane.handle(Key(.enter)) == [.undo(toRevision: 0)])
  }

  // MARK: Hostile text

  @Test func noTextOfAFileReachesTheTerminalAsItIs() {
    let hostile = "\u{1B}]0;owned\u{7}\u{202E}\u{9B}31m\u{0}"
    let text = """
      [architecture]
      name = "\(hostile)"
      [[services]]
      name = "a\(hostile)"
      type = "\(hostile)"
      calls = ["b\(hostile)"]
      """
    var robot = Robot(opening: text)
    for keys in ["alt-1", "alt-2", "alt-3", "alt-4", "alt-5", "alt-6", "f1"] {
      robot.hit(keys)
      for size in [Size(width: 80, height: 24), Size(width: 200, height: 60)] {
        let shown = robot.resized(to: size).rows.joined()
        #expect(
          shown.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0.value != 0x202E
          })
      }
    }
  }

  // MARK: Layout and mouse

  @Test func partsOfTheScreenDoNotOverlap() {
    for width in stride(from: 60, through: 240, by: 7) {
      for height in [20, 24, 50] {
        for focus in [Focus.form, .pane(.files), .pane(.source)] {
          let layout = ScreenLayout(
            Size(width: width, height: height), focus: focus, main: .files, hasPanes: true)
          let areas =
            [layout.header, layout.tabs, layout.message, layout.keys]
            + [layout.form, layout.steps].compactMap { $0 } + layout.panes.map(\.area)
            + layout.splitters
          var taken: Set<Point> = []
          for area in areas {
            for y in area.y..<area.maxY {
              for x in area.x..<area.maxX {
                #expect(x < width && y < height)
                #expect(taken.insert(Point(x: x, y: y)).inserted)
              }
            }
          }
        }
      }
    }
  }

  @Test func theMouseOpensTabsStepsAndRows() {
    var robot = Robot(opening: Sample.shop)
    robot.take(.resize(Size(width: 100, height: 30)))
    robot.take(.mouse(MouseEvent(.press, at: Point(x: 12, y: 1))))
    #expect(robot.state.focus == .pane(.graph))
    robot.take(.mouse(MouseEvent(.press, at: Point(x: 3, y: 1))))
    #expect(robot.state.focus == .form)
    robot.take(.mouse(MouseEvent(.press, at: Point(x: 4, y: 3))))
    #expect(robot.state.route == .step(.platform))
  }

  @Test func aClickChoosesFromListsAndQuestions() throws {
    var robot = Robot(opening: Sample.shop)
    robot.go(to: "+ add a service")
    robot.hit("enter")
    robot.type("stateless")
    guard case .picker(let picker)? = robot.state.overlays.last, let place = picker.current else {
      Issue.record("no type is asked")
      return
    }
    robot.hit("ctrl-u end")
    robot.type("stat")
    try click("\(picker.choices[place].title) ", in: &robot)
    guard case .prompt(let prompt)? = robot.state.overlays.last else {
      Issue.record("no name is asked")
      return
    }
    #expect(prompt.purpose == .serviceName(type: "stateless"))
    robot.hit("escape")
    robot.go(to: "orders")
    robot.hit("d")
    try click("remove it alone", in: &robot)
    #expect(robot.state.overlays.isEmpty)
    #expect(!robot.text.contains("name = \"orders\""))
  }

  @Test func aClickMarksOneOfSeveral() throws {
    var robot = Robot(opening: Sample.shop)
    robot.go(to: "notifications")
    robot.hit("enter")
    robot.go(to: "Consumes")
    robot.hit("enter")
    try click("PaymentTaken", in: &robot)
    robot.hit("enter")
    #expect(robot.text.contains("consumes = [\"OrderPlaced\", \"ParcelLost\"]"))
  }

  /// Presses where a text of what lies over the page is seen.
  private func click(_ text: String, in robot: inout Robot) throws {
    let rows = robot.rows
    let y = try #require(rows.lastIndex { $0.contains(text) })
    let start = try #require(rows[y].ranges(of: text).first?.lowerBound)
    let x = TextWidth.of(String(rows[y][..<start]))
    robot.take(.mouse(MouseEvent(.press, at: Point(x: x, y: y))))
  }

  @Test func theMouseDragsTheLineBetweenColumns() throws {
    var robot = Robot(opening: Sample.shop)
    let size = Size(width: 140, height: 30)
    robot.take(.resize(size))
    let before = try #require(ScreenView.layout(of: robot.state, size).splitters.first)
    robot.take(.mouse(MouseEvent(.press, at: Point(x: before.x, y: 10))))
    robot.take(.mouse(MouseEvent(.drag, at: Point(x: before.x - 9, y: 10))))
    robot.take(.mouse(MouseEvent(.release, at: Point(x: before.x - 9, y: 10))))
    let after = try #require(ScreenView.layout(of: robot.state, size).splitters.first)
    #expect(after.x == before.x - 9)
  }
}
