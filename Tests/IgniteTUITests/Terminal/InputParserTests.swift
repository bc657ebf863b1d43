import IgniteTestSupport
import Testing

@testable import IgniteTUI

struct InputParserTests {
  private func events(_ text: String, keys: [[UInt8]: Key] = [:]) -> [InputEvent] {
    events(Array(text.utf8), keys: keys)
  }

  private func events(_ bytes: [UInt8], keys: [[UInt8]: Key] = [:]) -> [InputEvent] {
    var parser = InputParser(keys: keys)
    var events: [InputEvent] = []
    parser.read(bytes, into: &events)
    parser.flush(into: &events)
    return events
  }

  @Test(arguments: [
    ("\u{1b}", "escape"), ("a", "a"), ("\r", "enter"), ("\t", "tab"), ("\u{7f}", "backspace"),
    ("\u{13}", "ctrl-s"), ("\u{0}", "ctrl-space"), ("\u{1b}x", "alt-x"), ("\u{1b}é", "alt-é"),
    ("\u{1b}\r", "alt-enter"), ("\u{1b}\u{7f}", "alt-backspace"), ("\u{1b}[A", "up"),
    ("\u{1b}OA", "up"), ("\u{1b}\u{1b}[A", "alt-up"), ("\u{1b}[1;5C", "ctrl-right"),
    ("\u{1b}[Z", "shift-tab"), ("\u{1b}OP", "f1"), ("\u{1b}[[B", "f2"), ("\u{1b}[11~", "f1"),
    ("\u{1b}[15~", "f5"), ("\u{1b}[21~", "f10"), ("\u{1b}[24;2~", "shift-f12"),
    ("\u{1b}[1;2P", "shift-f1"), ("\u{1b}[3~", "delete"), ("\u{1b}[3;5~", "ctrl-delete"),
    ("\u{1b}[5~", "page-up"), ("\u{1b}[1~", "home"), ("\u{1b}[4~", "end"), ("\u{1b}[H", "home"),
    ("\u{1b}OF", "end"), ("\u{1b}[3$", "shift-delete"), ("\u{1b}[7^", "ctrl-home"),
    ("\u{1b}[a", "shift-up"), ("\u{1b}Oc", "ctrl-right"), ("\u{1b}[97;5u", "ctrl-a"),
    ("\u{1b}[27;5;115~", "ctrl-s"), ("\u{1b}[27u", "escape"), ("\u{1b}[13;2u", "shift-enter"),
    ("\u{1b}[", "alt-["), ("\u{1b}O", "alt-O"), ("\u{1b}P", "alt-P"), ("\u{1b}]", "alt-]"),
    ("\u{1b}O5P", "ctrl-f1"), ("世", "世"), ("\u{1b}[25~", "f13"),
  ])
  func knowsKey(_ bytes: String, _ name: String) {
    #expect(events(bytes) == [.key(Key(text: name) ?? Key("?"))])
  }

  /// A string that does not end must not swallow what is typed after it.
  @Test func anEscapeEndsAStringThatNeverEnded() {
    #expect(
      events("\u{1b}]junk\u{1b}\u{1b}[A\u{1b}Pmore\u{1b}[21~a")
        == [.key(Key(.up, .alt)), .key(Key(.function(10))), .key(Key("a"))])
    #expect(events("\u{1b}]junk\u{18}b") == [.key(Key("b"))])
  }

  @Test(arguments: [
    "\u{1b}[?62;4c", "\u{1b}]11;rgb:00/00/00\u{7}", "\u{1b}]52;c;eHk=\u{1b}\\",
    "\u{1b}P1+r\u{1b}\\",
    "\u{1b}[?2026;2$y", "\u{1b}[12;40X", "\u{1b}[97;5:3u",
    "\u{1b}[57399u", "\u{1b}[<35;10;10M", "\u{1b}[<66;1;1M", "\u{1b}[999~", "\u{c2}\u{80}",
    "\u{1b}[201~",
  ])
  func swallowsWhatIsNoKey(_ bytes: String) {
    #expect(events(bytes + "x").suffix(1) == [.key(Key("x"))])
    #expect(events(bytes + "x").count <= (bytes.contains("\u{80}") ? 2 : 1))
  }

  @Test func takesAPasteAtOnce() {
    let paste = "\u{1b}[200~a\r\nb\rc\td\u{1b}[31m\u{7}\u{1b}[201~z"
    #expect(events(paste) == [.paste("a\nb\nc\td[31m"), .key(Key("z"))])
    let long = String(repeating: "0123456789", count: 20_000)
    #expect(events("\u{1b}[200~\(long)\u{1b}[201~") == [.paste(long)])
  }

  @Test func leavesAPasteThatNeverEnds() {
    var parser = InputParser()
    var events: [InputEvent] = []
    parser.read("\u{1b}[200~abc".utf8, into: &events)
    #expect(parser.patience == 2000)
    parser.flush(into: &events)
    parser.read("q".utf8, into: &events)
    #expect(events == [.paste("abc"), .key(Key("q"))])
  }

  @Test func readsTheMouse() {
    func mouse(
      _ kind: MouseEvent.Kind, _ button: MouseEvent.Button, _ x: Int, _ y: Int,
      _ modifiers: Key.Modifiers = []
    ) -> [InputEvent] { [.mouse(MouseEvent(kind, button, at: Point(x: x, y: y), modifiers))] }
    #expect(events("\u{1b}[<0;300;70M") == mouse(.press, .left, 299, 69))
    #expect(events("\u{1b}[<2;1;1m") == mouse(.release, .right, 0, 0))
    #expect(events("\u{1b}[<32;5;6M") == mouse(.drag, .left, 4, 5))
    #expect(events("\u{1b}[<80;5;6M") == mouse(.wheelUp, .none, 4, 5, .control))
    #expect(events("\u{1b}[<65;5;6M") == mouse(.wheelDown, .none, 4, 5))
    #expect(events("\u{1b}[M !!") == mouse(.press, .left, 0, 0))
    #expect(events("\u{1b}[<0;0;0M").isEmpty)
  }

  @Test func knowsFocusAndBrokenText() {
    #expect(events("\u{1b}[I\u{1b}[O") == [.focus(true), .focus(false)])
    let broken: [UInt8] = [0xE4, 0xB8, 0x41, 0xFF, 0xC3]
    let mark = InputEvent.key(Key("\u{FFFD}"))
    #expect(events(broken) == [mark, .key(Key("A")), mark, mark])
  }

  @Test func prefersTheKeysOfTheTerminal() {
    #expect(events("\u{1b}[25~", keys: [Array("[25~".utf8): Key(.home)]) == [.key(Key(.home))])
  }

  @Test func waitsOnlyWhileSomethingIsOpen() {
    var parser = InputParser()
    var events: [InputEvent] = []
    for (bytes, patience) in [("a", nil), ("\u{1b}", 25), ("[", 25), ("A", nil)] as [(String, Int?)]
    {
      parser.read(bytes.utf8, into: &events)
      #expect(parser.patience == patience)
    }
  }

  @Test func givesTheSameEventsHoweverTheBytesAreCut() {
    var random = SeededGenerator(seed: 11)
    let pieces: [[UInt8]] =
      [
        "\u{1b}", "[", "O", "1;5", "A", "~", "200~", "\u{1b}[201~", "<0;3;4", "M", "m", "世", "é",
        "]",
        "\u{7}", "\u{1b}\\", "P", "$", "^", "u", "97;5", "\r", "x", "?", "\u{1b}[200~", "[A", "I",
      ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xE4, 0xB8], [0x80], [0x18]]
    for _ in 0..<4000 {
      let count = Int.random(in: 1...14, using: &random)
      let bytes = (0..<count).flatMap { _ in pieces.randomElement(using: &random) ?? [] }
      var parser = InputParser()
      var cut: [InputEvent] = []
      var rest = bytes[...]
      while !rest.isEmpty {
        let size = Int.random(in: 1...rest.count, using: &random)
        parser.read(rest.prefix(size), into: &cut)
        rest = rest.dropFirst(size)
      }
      parser.flush(into: &cut)
      #expect(parser.patience == nil)
      #expect(cut == events(bytes))
      expectHarmless(cut)
    }
  }

  private func expectHarmless(_ events: [InputEvent]) {
    for case .paste(let text) in events {
      #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" || $0 == "\t" })
    }
    for case .key(let key) in events where key.typed != nil {
      #expect(key.typed?.unicodeScalars.allSatisfy { $0.value >= 0x20 } ?? true)
    }
  }
}
