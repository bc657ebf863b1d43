import Foundation
import IgniteCatalog
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteTUI

/// Hits keys at random: whatever comes, the text can be taken back to its first byte and the screen fits.
@Suite struct MonkeyTests {
  private static let keys = [
    "up", "down", "left", "right", "enter", "enter", "enter", "escape", "tab", "shift-tab", "home",
    "end", "page-up", "page-down", "backspace", "delete", "a", "d", "r", "c", "J", "K", "x", "e",
    "u", "ctrl-r", "alt-u", "alt-e", "alt-1", "alt-2", "alt-3", "alt-4", "alt-5", "alt-6", "f1",
    "ctrl-p", "/", "?", "[", "]", "alt-left", "alt-right", "ctrl-s", "ctrl-g", "f8", "f4", "f10",
    "ctrl-c", "ctrl-l", "ctrl-z", "t", "m", "y", "1", "2", "3", "space", "ctrl-u", "ctrl-w",
    "ctrl-k", "n", "v", "f6", "ctrl-o", "f", "b", "h", "j", "k", "l", "g", "G", "+", "-", "M", "O",
  ]

  private static let texts = [
    "orders", "Order", "a b", "\"", "[", "]]\n[[", "${X", "9999999999999999999", "-1", "e\u{301}",
    "世界", "\u{1B}[2J", "name = \"x\"\n", "total i64", "", "\u{202E}abc", "#", "'''", "=",
  ]

  /// How many events a run has: few with the other tests, many on demand.
  private static var count: Int {
    ProcessInfo.processInfo.environment["MONKEY_EVENTS"].flatMap { Int($0) } ?? 3_000
  }

  private static var seed: UInt64 {
    ProcessInfo.processInfo.environment["MONKEY_SEED"].flatMap { UInt64($0) } ?? 1
  }

  /// Every how many rounds the files are planned after each change.
  private static let plansEvery = 40

  @Test func nothingThatIsHitBreaksAnything() throws {
    var generator = SeededGenerator(seed: Self.seed)
    var done = 0
    while done < Self.count {
      let start = try #require(Self.starts.randomElement(using: &generator))
      var robot = Robot(opening: start)
      // What is planned behind the keys is part of some rounds; it takes most of their time.
      robot.plansFiles = done / 500 % Self.plansEvery == 39
      robot.judgesLate = Bool.random(using: &generator)
      for _ in 0..<min(500, Self.count - done) {
        Self.act(&robot, &generator)
        if Bool.random(using: &generator) { robot.judge() }
        try Self.check(&robot)
        done += 1
      }
      Self.takeAllBack(&robot)
      #expect(robot.text == start)
    }
  }

  private static let starts: [String] = {
    Robot.catalog.starters.map { String(decoding: $0.architecture.bytes, as: UTF8.self) }
      + ["", "[architecture]\nname = \"x\"\n", "[[services]]\nname = [", "services = 3\n"]
  }()

  private static func act(_ robot: inout Robot, _ generator: inout SeededGenerator) {
    switch Int.random(in: 0..<20, using: &generator) {
    case 0:
      let width = Int.random(in: 0...220, using: &generator)
      robot.take(.resize(Size(width: width, height: Int.random(in: 0...70, using: &generator))))
    case 1:
      let count = [1, 1, 1, 40].randomElement(using: &generator) ?? 1
      let text = texts.randomElement(using: &generator) ?? ""
      robot.take(.paste(String(repeating: text, count: count)))
    case 2:
      for character in texts.randomElement(using: &generator) ?? "" {
        robot.take(.key(Key(character)))
      }
    case 3: click(&robot, &generator)
    default: robot.hit(keys.randomElement(using: &generator) ?? "escape")
    }
  }

  private static func click(_ robot: inout Robot, _ generator: inout SeededGenerator) {
    let kinds: [MouseEvent.Kind] = [.press, .press, .release, .drag, .wheelUp, .wheelDown]
    let size = robot.state.size
    guard size.width > 0, size.height > 0 else { return }
    let point = Point(
      x: Int.random(in: 0..<size.width, using: &generator),
      y: Int.random(in: 0..<size.height, using: &generator))
    robot.take(.mouse(MouseEvent(kinds.randomElement(using: &generator) ?? .press, at: point)))
  }

  private static func check(_ robot: inout Robot) throws {
    let rows = robot.rows
    #expect(rows.count == robot.state.size.height)
    #expect(rows.allSatisfy { TextWidth.of($0) == robot.state.size.width })
    let document = robot.state.analysis.document
    let session = try #require(robot.state.session)
    if robot.state.analysis.revision == session.revision {
      #expect(document.source.bytes == session.document.source.bytes)
    } else {
      #expect(robot.judgesLate)
    }
    let stops = robot.state.form.stops
    #expect(stops.isEmpty || stops.contains(robot.state.cursor))
  }

  private static func takeAllBack(_ robot: inout Robot) {
    while !robot.state.overlays.isEmpty || robot.state.draft != nil { robot.hit("escape") }
    robot.take(.command(.pane1))
    while robot.state.session?.history.canUndo == true { robot.take(.command(.undo)) }
  }
}
