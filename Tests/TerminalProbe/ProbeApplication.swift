import Dispatch
import IgniteModel
import IgniteTUI

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An application that shows the events it gets and does on demand what should not happen.
struct ProbeApplication: TerminalApplication {
  var isFinished = false
  var tickDelay: Int?
  private var size = Size(width: 0, height: 0)
  private var lines: [String] = []
  private var requests: [TerminalRequest] = []
  private var frames = 0
  private var isMouseOn = true
  private let waker: Waker

  init(waker: Waker) { self.waker = waker }

  mutating func takeRequests() -> [TerminalRequest] {
    defer { requests = [] }
    return requests
  }

  mutating func handle(_ events: [InputEvent]) {
    frames += 1
    for event in events { handle(event) }
  }

  private mutating func handle(_ event: InputEvent) {
    switch event {
    case .resize(let size):
      self.size = size
      say("resize \(size.width)x\(size.height)")
    case .key(let key):
      say("key \(key)")
      obey(key.description)
    case .paste(let text): say("paste \(text.utf8.count) bytes \(text.count { $0 == "\n" }) lines")
    case .mouse(let mouse):
      say("mouse \(mouse.kind) \(mouse.button) \(mouse.point.x),\(mouse.point.y)")
    case .focus(let isIn): say("focus \(isIn)")
    case .wake: say("woken")
    case .tick:
      say("tick")
      tickDelay = nil
    case .resumed(let status): say("resumed \(status.map { "\($0)" } ?? "-")")
    case .terminate: print("draft saved")
    }
  }

  private mutating func say(_ line: String) { lines.append(line) }

  private mutating func obey(_ key: String) {
    switch key {
    case "q": isFinished = true
    case "ctrl-z": requests.append(.suspend)
    case "ctrl-l": requests.append(.redraw)
    case "m":
      isMouseOn.toggle()
      requests.append(.mouse(isMouseOn))
    case "e": requests.append(.run(["sh", "-c", "echo in the editor; exit 7"]))
    case "c": requests.append(.copy("copied"))
    case "t": tickDelay = 20
    case "l": requests.append(.theme(ThemeCatalog().theme("default-light").theme))
    case "b": background()
    default: fail(key)
    }
  }

  private func background() {
    let waker = waker
    Task.detached { waker.wake() }
  }

  private func fail(_ key: String) {
    switch key {
    case "F": fatalError("a mistake of ours")
    case "A": abort()
    case "S": UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
    case "O": print(overflow(1))
    case "T": overflowBeside()
    case "X": exit(3)
    case "E":
      "a word to standard error\n".utf8.withContiguousStorageIfAvailable {
        _ = write(2, $0.baseAddress, $0.count)
      }
    default: break
    }
  }

  /// Fills the stack of a thread that is not the first one, while the first one waits.
  private func overflowBeside() {
    DispatchQueue(label: "probe").async {
      print(Workers.map(4, atLeast: 1) { overflow($0.count) }.count)
    }
  }

  func draw(on surface: inout Surface) {
    surface.frame(surface.bounds, title: "Probe \(size.width)x\(size.height)", titleRole: .title)
    let inside = surface.bounds.inset()
    surface.write("世界 e\u{301} ✓ │", at: inside.origin, role: .accent, in: inside)
    let list = inside.split(top: 1).bottom
    for (row, line) in lines.suffix(list.height).enumerated() {
      surface.write(line, at: Point(x: list.x, y: list.y + row), in: list)
    }
    surface.cursor = Point(x: 1, y: 1)
  }
}

@inline(never)
private func overflow(_ depth: Int) -> Int {
  var frame = (depth, depth, depth, depth, depth, depth, depth, depth)
  withUnsafeMutableBytes(of: &frame) { $0[0] = 1 }
  return depth == -1 ? 0 : overflow(depth + 1) + frame.0
}
