import CTerm

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The terminal of this process, taken whole: events come out, surfaces go in.
@MainActor
final class Terminal {
  private(set) var size = Size(width: 80, height: 24)
  /// The signal that the process has to end for.
  private(set) var fatalSignal: Int32?
  private var glyphs: GlyphSet
  private let screen: any Screen
  private let signals: Int32
  private let waker: Waker?
  private var parser: InputParser
  private var isMouseOn: Bool
  private var waiting: [InputEvent] = []

  init(_ options: TerminalOptions) throws {
    guard isatty(0) == 1, isatty(1) == 1 else { throw TerminalError.notATerminal }
    let environment = options.environment
    if environment.isDumb { throw TerminalError.dumb(environment.terminal) }
    signals = allframe_term_begin(0)
    guard signals >= 0 else { throw TerminalError.system(String(cString: strerror(errno))) }
    allframe_term_take_signals()
    glyphs = options.glyphs ?? (environment.isUTF8 ? .unicode : .ascii)
    screen = try ScreenChoice.screen(for: options)
    parser = InputParser(keys: screen.keys)
    isMouseOn = options.isMouseOn
    waker = options.waker
    enter()
    measure()
  }

  // Taking and giving back.

  private static let modesOn = "\u{1B}[?2004h\u{1B}[?1004h"
  private static let modesOff = "\u{1B}[?2026l\u{1B}[?1004l\u{1B}[?2004l" + mouseOff
  private static let mouseOn = "\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h"
  private static let mouseOff = "\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l"

  private func enter() {
    let farewell = Array(Self.modesOff.utf8) + screen.farewell
    allframe_term_set_farewell(farewell, farewell.count)
    allframe_term_hold(1)
    allframe_term_keep_errors()
    allframe_term_make_raw()
    screen.enter()
    TerminalOutput.write(Self.modesOn + (isMouseOn ? Self.mouseOn : ""))
  }

  private func leave() {
    TerminalOutput.write(Self.modesOff)
    screen.leave()
    allframe_term_hold(0)
    allframe_term_release_errors()
  }

  /// Gives the terminal back for good.
  func close() { leave() }

  private func comeBack(status: Int32?) {
    enter()
    drainSignals()
    measure()
    screen.invalidate()
    waiting += [.resumed(status: status), .resize(size)]
  }

  private func suspend() {
    leave()
    allframe_term_stop()
    comeBack(status: nil)
  }

  private func run(_ command: [String]) {
    leave()
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    let status = command.isEmpty ? -1 : allframe_term_run(&arguments)
    for argument in arguments { free(argument) }
    comeBack(status: status)
  }

  private func measure() {
    var window = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
      return
    }
    // Nobody has a terminal of more cells; a size beyond it is a mistake or an attack.
    size = Size(width: min(Int(window.ws_col), 2000), height: min(Int(window.ws_row), 1000))
    screen.resize(to: size)
  }

  // Surfaces and requests.

  func present(_ draw: (inout Surface) -> Void) {
    if !waiting.isEmpty { return }
    var surface = Surface(size, glyphs: glyphs)
    draw(&surface)
    screen.present(surface)
  }

  func serve(_ request: TerminalRequest) {
    switch request {
    case .theme(let theme): screen.use(theme)
    case .glyphs(let glyphs): self.glyphs = glyphs
    case .redraw: screen.invalidate()
    case .suspend: suspend()
    case .run(let command): run(command)
    case .copy(let text): TerminalOutput.write(Clipboard.sequence(text))
    case .mouse(let isOn):
      isMouseOn = isOn
      TerminalOutput.write(isOn ? Self.mouseOn : Self.mouseOff)
    }
  }

  // Events.

  /// Everything that has happened; waits for something to happen, or for a tick after
  /// `milliseconds`.
  func events(within milliseconds: Int?) -> [InputEvent] {
    var events = take()
    wait(until: milliseconds, &events)
    // What is already here joins the same frame, but an endless flood must not starve it.
    var rounds = 0
    while fatalSignal == nil, rounds < 64, look(within: 0, &events) { rounds += 1 }
    return Self.folded(events + take())
  }

  private func take() -> [InputEvent] {
    defer { waiting = [] }
    return waiting
  }

  private func wait(until milliseconds: Int?, _ events: inout [InputEvent]) {
    let start = Self.now
    while events.isEmpty, fatalSignal == nil {
      let left = milliseconds.map { max($0 - (Self.now - start), 0) }
      let patience = parser.patience
      let delay = [left, patience].compactMap { $0 }.min()
      if look(within: delay ?? -1, &events) { continue }
      if let patience, patience == delay { parser.flush(into: &events) }
      if events.isEmpty, left == 0 { events.append(.tick) }
      events += take()
    }
  }

  /// Looks once at all three sources; whether there was something.
  private func look(within milliseconds: Int, _ events: inout [InputEvent]) -> Bool {
    var sources = [0, signals, waker?.reader ?? -1].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    let delay = Int32(clamping: milliseconds)
    let count = poll(&sources, nfds_t(sources.count), delay)
    // A signal interrupts the waiting; its byte is there at the next look.
    if count < 0 { return errno == EINTR }
    if sources[1].revents != 0 { readSignals(&events) }
    if sources[2].revents != 0 {
      waker?.drain()
      events.append(.wake)
    }
    if sources[0].revents != 0 { readInput(&events) }
    return count > 0
  }

  private func readInput(_ events: inout [InputEvent]) {
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = read(0, &bytes, bytes.count)
    if count > 0 {
      parser.read(bytes[..<count], into: &events)
    } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
      end(SIGHUP, &events)
    }
  }

  private func end(_ signal: Int32, _ events: inout [InputEvent]) {
    if fatalSignal == nil { events.append(.terminate) }
    fatalSignal = fatalSignal ?? signal
  }

  private func drainSignals() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(signals, &bytes, bytes.count) > 0 {
      let fatal = bytes.first { [SIGTERM, SIGHUP].contains(Int32($0)) }
      if let fatal { end(Int32(fatal), &waiting) }
    }
  }

  private func readSignals(_ events: inout [InputEvent]) {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = max(read(signals, &bytes, bytes.count), 0)
    for signal in Set(bytes[..<count]).sorted() {
      switch Int32(signal) {
      case SIGWINCH:
        measure()
        events.append(.resize(size))
      case SIGTSTP: suspend()
      case SIGCONT: comeBack(status: nil)
      case SIGINT: events.append(.key(Key("c", .control)))
      default: end(Int32(signal), &events)
      }
    }
  }

  /// Of several sizes only the last counts.
  private static func folded(_ events: [InputEvent]) -> [InputEvent] {
    let last = events.lastIndex { if case .resize = $0 { true } else { false } }
    return events.enumerated().filter { place, event in
      if case .resize = event { place == last } else { true }
    }.map(\.element)
  }

  private static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int(time.tv_sec) * 1000 + Int(time.tv_nsec) / 1_000_000
  }
}
