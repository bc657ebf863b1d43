import IgniteTestSupport
import Testing

@testable import IgniteTUI

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The whole of it in a real terminal.
@Suite(.serialized)
struct TerminalTests {
  private static let terminals = [
    "xterm-256color", "linux", "vt100", "tmux-256color", "xterm", "no-such-terminal",
  ]

  private func start(_ variables: [String: String] = [:], width: Int = 80) -> TerminalSession {
    var environment = [
      "TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
      "SWIFT_BACKTRACE": "enable=no",
    ]
    environment.merge(variables) { $1 }
    return TerminalSession(
      Program.path(of: "terminal-probe"), environment: environment, width: width)
  }

  @Test(arguments: terminals, [nil, "truecolor"])
  func comesUpAndGoes(_ terminal: String, _ colours: String?) {
    let session = start(["TERM": terminal, "COLORTERM": colours ?? ""])
    #expect(session.shows("Probe 80x24"))
    #expect(session.shows("世界 e\u{301} ✓ │"))
    session.send("q")
    #expect(session.exitStatus() == 0)
    #expect(session.isRestored, "\(session.screen.modes) \(session.changedFlags)")
    #expect(session.screen.picture.contains("finished"))
    #expect(session.screen.unknown.isEmpty, "\(session.screen.unknown)")
  }

  @Test func drawsInASCIIWithoutUTF8() {
    for colours in ["", "truecolor"] {
      let session = start(["LANG": "C", "COLORTERM": colours])
      #expect(session.shows("+ Probe 80x24 ---"))
      #expect(session.shows("|???? ? ? ?"))
      session.send("q")
      #expect(session.exitStatus() == 0)
      #expect(session.output.allSatisfy { $0 < 0x80 })
    }
  }

  @Test(arguments: ["xterm-256color", "linux"])
  func keepsToNoColour(_ terminal: String) {
    let session = start(["TERM": terminal, "NO_COLOR": "1", "COLORTERM": "truecolor"])
    #expect(session.shows("Probe 80x24"))
    for x in 0..<80 {
      #expect(session.screen[x, 0].pen.foreground == "39")
      #expect(session.screen[x, 0].pen.background == "49")
    }
    #expect(session.screen[3, 0].pen.attributes == [1])
  }

  @Test func leavesDumbTerminalsToPlainPrompts() {
    for terminal in ["dumb", ""] {
      let session = start(["TERM": terminal])
      #expect(session.exitStatus() == 0)
      #expect(session.screen.picture.hasPrefix("plain prompts\n"))
    }
  }

  @Test(arguments: ["", "truecolor"])
  func followsAStormOfSizes(_ colours: String) {
    let session = start(["COLORTERM": colours])
    #expect(session.shows("Probe 80x24"))
    for round in 0..<60 {
      session.resize(width: 20 + round * 7 % 120, height: 2 + round * 5 % 50)
      if round % 3 == 0 { session.pump(milliseconds: 1) }
    }
    session.resize(width: 100, height: 30)
    #expect(session.shows("Probe 100x30"))
    session.send("\u{0C}a")
    #expect(session.shows("key a"))
    #expect(
      session.wait { $0.rows[29].hasPrefix("└──") && $0.rows[29].hasSuffix("──┘") },
      "\(session.screen.rows[29])")
    session.send("q")
    #expect(session.exitStatus() == 0)
  }

  @Test func takesKeysPastesAndTheMouse() {
    let session = start()
    #expect(session.shows("Probe 80x24"))
    #expect(session.wait { $0.modes.isSuperset(of: [1000, 1002, 1006, 2004, 1004]) })
    session.send("\u{1b}")
    #expect(session.shows("key escape"))
    session.send("\u{1b}[1;5C\u{1b}OP\u{1b}x\u{3}")
    #expect(session.shows("key ctrl-c"))
    #expect(session.shows("key ctrl-right"))
    #expect(session.shows("key alt-x"))
    session.send("\u{1b}[<0;5;7M\u{1b}[<64;5;7M\u{1b}[I")
    #expect(session.shows("mouse press left 4,6"))
    #expect(session.shows("mouse wheelUp none 4,6"))
    #expect(session.shows("focus true"))
    session.send("m")
    #expect(session.wait { !$0.modes.contains(1006) && !$0.modes.contains(1000) })
    session.send("\u{1b}]11;rgb:00/00/00\u{1b}\\z")
    #expect(session.shows("key z"))
  }

  @Test func takesALongPasteAtOnce() {
    let session = start()
    #expect(session.shows("Probe 80x24"))
    let text = String(repeating: "0123456789abcde\n", count: 12_800)
    session.send("\u{1b}[200~\(text)\u{1b}[201~")
    #expect(session.shows("paste 204800 bytes 12800 lines"))
    session.send("q")
    #expect(session.exitStatus() == 0)
  }

  @Test func sleepsUntilItIsWokenOrATickIsDue() {
    let session = start()
    #expect(session.shows("Probe 80x24"))
    session.send("b")
    #expect(session.shows("woken"))
    session.send("t")
    #expect(session.shows("tick"))
    session.pump(milliseconds: 100)  // The end of the frame may come by itself.
    let before = session.output.count
    session.pump(milliseconds: 300)
    #expect(session.output.count == before)
  }

  @Test(arguments: ["F", "A", "S", "O", "T", "X"], ["", "truecolor"])
  func givesTheTerminalBackWhenItDies(_ key: String, _ colours: String) {
    let session = start(["COLORTERM": colours])
    #expect(session.shows("Probe 80x24"))
    session.send("E")
    #expect(session.shows("key E"))
    session.send(key)
    let status = session.exitStatus()
    #expect(key == "X" ? status == 3 : status ?? 0 < 0, "\(String(describing: status))")
    #expect(session.isRestored, "\(session.screen.modes) \(session.changedFlags)")
    let last = String(decoding: session.output, as: UTF8.self).text(after: "[?1049l")
    #expect(last.contains("a word to standard error"))
    if key == "F" { #expect(last.contains("a mistake of ours")) }
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGQUIT])
  func endsForASignalAfterSaving(_ signal: Int32) {
    let session = start()
    #expect(session.shows("Probe 80x24"))
    kill(session.child, signal)
    #expect(session.exitStatus() == 128 + signal)
    #expect(session.isRestored, "\(session.screen.modes) \(session.changedFlags)")
    #expect(session.screen.picture.contains("terminated by \(signal)"))
  }

  @Test func takesAnInterruptAsAKey() {
    let session = start()
    #expect(session.shows("Probe 80x24"))
    kill(session.child, SIGINT)
    #expect(session.shows("key ctrl-c"))
  }

  @Test func endsWhenTheTerminalIsClosed() {
    for colours in ["", "truecolor"] {
      let session = start(["COLORTERM": colours])
      #expect(session.shows("Probe 80x24"))
      session.hangUp()
      #expect(session.exitStatus() == 128 + SIGHUP)
    }
  }

  @Test(arguments: ["", "truecolor"])
  func letsAnotherProgramHaveTheTerminal(_ colours: String) {
    let session = start(["COLORTERM": colours])
    #expect(session.shows("Probe 80x24"))
    session.send("e")
    #expect(session.shows("resumed 7"))
    #expect(session.screen.modes.isSuperset(of: [1049, 1006, 2004]))
    #expect(session.screen.rows[0].hasPrefix("┌ Probe 80x24 ──"))
    session.send("q")
    #expect(session.exitStatus() == 0)
    #expect(session.screen.picture.contains("in the editor"))
    #expect(session.isRestored, "\(session.screen.modes) \(session.changedFlags)")
  }

  @Test(arguments: ["", "truecolor"])
  func stopsAndGoesOn(_ colours: String) {
    let environment = [
      "TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "PS1": "$ ",
      "PROBE": Program.path(of: "terminal-probe"), "COLORTERM": colours,
    ]
    let session = TerminalSession(
      "/bin/bash", ["--norc", "--noprofile", "--noediting", "-i"], environment: environment)
    session.send("$PROBE\n")
    #expect(session.shows("Probe 80x24"))
    session.send("\u{1A}")
    #expect(session.shows("Stopped"))
    #expect(session.screen.modes.subtracting([2004]) == [7, 25])
    session.resize(width: 60, height: 20)
    session.send("fg\n")
    #expect(session.shows("Probe 60x20"))
    #expect(session.shows("resumed -"))
    session.send("q")
    #expect(session.shows("finished"))
    session.send("exit\n")
    #expect(session.exitStatus() == 0)
  }

  @Test func changesItsThemeWhileItRuns() {
    for colours in ["", "truecolor"] {
      let session = start(["COLORTERM": colours])
      #expect(session.shows("Probe 80x24"))
      let before = session.screen[40, 10].pen.background
      session.send("l")
      #expect(session.wait { $0[40, 10].pen.background != before })
    }
  }

  @Test func copiesToTheClipboardOfTheTerminal() {
    let session = start()
    #expect(session.shows("Probe 80x24"))
    session.send("c")
    #expect(session.wait { $0.commands.contains("52;c;Y29waWVk") })
  }
}

extension String {
  /// What stands behind the last place of a word.
  fileprivate func text(after word: String) -> Substring {
    ranges(of: word).last.map { self[$0.upperBound...] } ?? ""
  }
}
