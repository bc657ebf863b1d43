import Foundation
import IgniteTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Hits the wizard in a terminal at random with keys, pastes, sizes, the mouse and signals: it lives, leaves
/// only when it is told to, gives the terminal back, and all that was done can be taken back.
@Suite(.serialized) struct TerminalMonkeyTests {
  /// How many events a run has: few with the other tests, many on demand.
  private static var count: Int { number("MONKEY_TERMINAL_EVENTS") ?? 400 }
  private static var seed: UInt64 { UInt64(number("MONKEY_SEED") ?? 1) }
  private static var firstRound: Int { number("MONKEY_TERMINAL_ROUND") ?? 0 }
  private static var isLong: Bool { count > 1000 }

  private static func number(_ variable: String) -> Int? {
    ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }
  }

  @Test func nothingThatIsHitBreaksTheTerminal() throws {
    var (done, round) = (0, Self.firstRound)
    while done < Self.count {
      done += try play(round)
      round += 1
    }
  }

  /// A round depends on its number alone, so that one can be played again; how many events it had.
  private func play(_ round: Int) throws -> Int {
    var seeds = SeededGenerator(seed: Self.seed &* 1_000_003 &+ UInt64(round))
    var generator = SeededGenerator(seed: seeds.next())
    var monkey = try TerminalMonkey(&generator)
    defer { monkey.stop() }
    let start = ContinuousClock.now
    for _ in 0..<200 where !monkey.session.hasEnded { monkey.act(&generator) }
    try monkey.finish("round \(round) of seed \(Self.seed)")
    if Self.isLong {
      let time = (ContinuousClock.now - start).components.seconds
      print("round \(round): \(monkey.events) events, \(monkey.broken) broken, \(time) s")
    }
    return monkey.events
  }
}

/// One wizard in one terminal before one file.
private struct TerminalMonkey {
  let session: TerminalSession
  private let home: WizardHome
  private let text: String
  private let name: String
  /// How many events there were before the program ended.
  private(set) var events = 0
  /// How many characters came in half, echoed by a terminal that no program had.
  var broken: Int { session.screen.brokenCharacters }

  init(_ generator: inout SeededGenerator) throws {
    home = try WizardHome()
    let (name, text) = Self.files.randomElement(using: &generator) ?? ("shop.toml", "")
    (self.name, self.text) = (name, text)
    try home.write(text, to: name)
    var variables = Self.terminals.randomElement(using: &generator) ?? [:]
    variables["EDITOR"] = "true"
    session = home.open("edit", name, variables: variables)
    #expect(session.wait { $0.rows[0].contains(name) })
  }

  func stop() {
    session.hangUp()
    _ = session.exitStatus()
    home.remove()
  }

  private static let files = [
    ("shop.toml", WizardHome.shop), ("empty.toml", ""), ("half.toml", "[[services]]\nname = ["),
    (
      "shop.yaml", "architecture:\n  name: shop\nservices:\n  - name: orders\n    type: stateless\n"
    ),
  ]

  private static let terminals = [
    ["TERM": "xterm-256color"], ["TERM": "xterm-256color", "COLORTERM": "truecolor"],
    ["TERM": "linux"], ["TERM": "vt100"], ["TERM": "tmux-256color"], ["LANG": "C"],
    ["NO_COLOR": "1"],
  ]

  // MARK: Events

  mutating func act(_ generator: inout SeededGenerator) {
    events += 1
    switch Int.random(in: 0..<40, using: &generator) {
    case 0...1:
      session.resize(
        width: Int.random(in: 1...220, using: &generator),
        height: Int.random(in: 1...70, using: &generator))
    case 2: paste(&generator)
    case 3...4: session.send(Self.texts.randomElement(using: &generator) ?? "")
    case 5...6: click(&generator)
    case 7: signal(&generator)
    case 8: session.send((0..<12).map { _ in UInt8.random(in: 0...255, using: &generator) })
    default: session.send(Self.keys.randomElement(using: &generator) ?? "\r")
    }
    session.pump(milliseconds: Int.random(in: 0...3, using: &generator))
  }

  private func paste(_ generator: inout SeededGenerator) {
    let text = Self.texts.randomElement(using: &generator) ?? ""
    let count = [1, 1, 30, 2000].randomElement(using: &generator) ?? 1
    session.send("\u{1B}[200~" + String(repeating: text, count: count) + "\u{1B}[201~")
  }

  private func click(_ generator: inout SeededGenerator) {
    let x = Int.random(in: 1...session.screen.width, using: &generator)
    let y = Int.random(in: 1...session.screen.height, using: &generator)
    let button = [0, 0, 0, 32, 64, 65].randomElement(using: &generator) ?? 0
    session.send("\u{1B}[<\(button);\(x);\(y)M\u{1B}[<\(button);\(x);\(y)m")
  }

  private func signal(_ generator: inout SeededGenerator) {
    let signal = [SIGWINCH, SIGCONT, SIGTSTP, SIGSTOP].randomElement(using: &generator)
    kill(session.child, signal ?? SIGWINCH)
    session.pump(milliseconds: 2)
    kill(session.child, SIGCONT)
  }

  private static let texts = [
    "orders", "Order", "a b", "\"", "[", "]]\n[[", "${X", "9999999999999999999", "-1", "e\u{301}",
    "世界", "\u{1B}[2J", "name = \"x\"\n", "total i64", "\u{202E}abc", "#", "'''", "=", "\u{0}",
    "\u{9B}31m", "👩‍👩‍👧‍👦",
  ]

  private static let keys = [
    "\u{1B}[A", "\u{1B}[B", "\u{1B}[B", "\u{1B}[C", "\u{1B}[D", "\r", "\r", "\r", "\u{1B}", "\t",
    "\u{1B}[Z", "\u{1B}[H", "\u{1B}[F", "\u{1B}[5~", "\u{1B}[6~", "\u{7F}", "\u{1B}[3~", "a", "d",
    "r", "c", "J", "K", "x", "e", "u", "\u{12}", "\u{1B}u", "\u{1B}e", "\u{1B}1", "\u{1B}2",
    "\u{1B}3", "\u{1B}4", "\u{1B}5", "\u{1B}6", "\u{1B}OP", "\u{10}", "/", "?", "[", "]",
    "\u{1B}[1;3C", "\u{1B}[1;3D", "\u{13}", "\u{7}", "\u{1B}[19~", "\u{1B}OS", "\u{3}", "\u{0C}",
    "\u{1A}", "t", "m", "y", "1", "2", "3", " ", "\u{15}", "\u{17}", "\u{0B}", "\u{0F}", "\u{06}",
    "n", "v", "f", "h", "j", "k", "l", "g", "G", "+", "-", "b",
  ]

  // MARK: What has to be true

  func finish(_ place: String) throws {
    // What is still on the way may be the answer that ends it.
    session.settle()
    // An interrupt drops what was typed and not read yet, the end of a paste among it.
    session.send("\u{1B}[201~")
    session.resize(width: 110, height: 32)
    for _ in 0..<16 where !session.hasEnded {
      session.send("\u{1B}")
      session.settle(milliseconds: 40)
    }
    // A terminal that was given back belongs to a program that is about to end.
    if session.hasEnded || session.isRestored { return checkEnd(place) }
    session.send("\u{1B}1")
    session.settle()
    checkScreen(place)
    guard isOnItsFile else { return leave(place) }
    takeAllBack(place)
    session.send("\u{13}")
    #expect(session.shows("saved \(name)"), "\(place)\n\(session.screen.picture)")
    session.quit()
    checkEnd(place)
    #expect(try home.program.read(name) == text, "\(place)")
  }

  /// Whether nothing else was opened since the start.
  private var isOnItsFile: Bool {
    session.screen.rows[0].contains(name)
      && !String(decoding: session.output, as: UTF8.self).contains("Start from nothing")
  }

  /// What was drawn bit by bit is what is drawn at once, unless work behind has changed what there is to draw.
  private func checkScreen(_ place: String) {
    let (before, wasIdle) = (session.screen.picture, session.isIdle)
    session.send("\u{0C}")
    session.settle()
    #expect(session.screen.picture == before || !wasIdle, "\(place)")
    #expect(session.screen.unknown.isEmpty, "\(place) \(session.screen.unknown)")
  }

  private func takeAllBack(_ place: String) {
    for _ in 0..<40 where !session.screen.picture.contains("nothing to undo") {
      session.send(String(repeating: "\u{1B}u", count: 40))
      session.settle()
    }
    #expect(session.shows("nothing to undo"), "\(place)\n\(session.screen.picture)\n\(whereItIs)")
  }

  /// What the threads of the program wait for, where the system tells, and what came from it last.
  private var whereItIs: String {
    let tasks = "/proc/\(session.child)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
    let told = threads.sorted().map { thread in
      let files = ["comm", "wchan", "syscall"].map { file in
        let text = try? String(contentsOfFile: "\(tasks)/\(thread)/\(file)", encoding: .utf8)
        return (text ?? "?").trimmingCharacters(in: .whitespacesAndNewlines)
      }
      return files.joined(separator: " ")
    }
    let last = String(decoding: session.output.suffix(600), as: UTF8.self)
    return (told + ["\(session.changedFlags)", last.debugDescription]).joined(separator: "\n")
  }

  private func leave(_ place: String) {
    session.quit()
    session.settle()
    if !session.hasEnded { session.send("3") }
    checkEnd(place)
  }

  private func checkEnd(_ place: String) {
    let status = session.exitStatus(seconds: 60)
    #expect(
      status == 0,
      "\(place) \(String(describing: status)) \(session.isIdle)\n\(session.screen.picture)")
    let last = String(decoding: session.output.suffix(400), as: UTF8.self)
    #expect(
      session.isRestored,
      "\(place) \(session.screen.modes) \(session.changedFlags)\n\(last.debugDescription)")
  }
}
