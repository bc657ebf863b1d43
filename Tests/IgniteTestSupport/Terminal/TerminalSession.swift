import CPty

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program in a real terminal, with a virtual one that reads what it sends.
public final class TerminalSession {
  /// The process of the program.
  public var child: Int32 { pty.child }
  /// What is seen.
  public private(set) var screen: VirtualTerminal
  /// Everything that the program has sent.
  public private(set) var output: [UInt8] = []
  private var pty = allframe_pty()
  private var status: Int32?
  private var isOpen = true

  /// Starts a program.
  public init(
    _ program: String, _ arguments: [String] = [], environment: [String: String],
    width: Int = 80, height: Int = 24
  ) {
    screen = VirtualTerminal(width: width, height: height)
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    let result = allframe_pty_start(
      &pty, program, &words, &variables, Int32(width), Int32(height))
    precondition(result == 0, "no terminal")
    for word in words + variables { free(word) }
  }

  deinit {
    if status == nil {
      kill(pty.child, SIGKILL)
      waitpid(pty.child, nil, 0)
    }
    hangUp()
  }

  /// Types a text.
  public func send(_ text: String) { send(Array(text.utf8)) }

  /// Types bytes, and reads meanwhile what the program sends; what it does not take in time, or before
  /// its end, is lost.
  public func send(_ bytes: [UInt8], seconds: Int = 60) {
    var rest = bytes[...]
    let end = Self.now + seconds * 1000
    while !rest.isEmpty, Self.now < end {
      let count = rest.withUnsafeBytes { write(pty.master, $0.baseAddress, min($0.count, 4096)) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EAGAIN || hasEnded { return }
      pump(milliseconds: count > 0 ? 0 : 5)
    }
  }

  /// Whether the program has ended.
  public var hasEnded: Bool {
    look()
    return status != nil
  }

  private func look() {
    var found: Int32 = 0
    guard status == nil, waitpid(pty.child, &found, WNOHANG) == pty.child else { return }
    status = found & 0x7F == 0 ? (found >> 8) & 0xFF : -(found & 0x7F)
  }

  /// Gives the terminal another size.
  public func resize(width: Int, height: Int) {
    screen.resize(width: width, height: height)
    _ = allframe_pty_resize(&pty, Int32(width), Int32(height))
  }

  /// Closes the terminal, as a window or a connection that goes away.
  public func hangUp() {
    guard isOpen else { return }
    isOpen = false
    close(pty.master)
    close(pty.slave)
  }

  /// Reads what the program sends in the next milliseconds; whether there was something.
  @discardableResult
  public func pump(milliseconds: Int) -> Bool {
    var source = pollfd(fd: pty.master, events: Int16(POLLIN), revents: 0)
    guard isOpen, poll(&source, 1, Int32(milliseconds)) > 0 else { return false }
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = read(pty.master, &bytes, bytes.count)
    guard count > 0 else { return false }
    output += bytes[..<count]
    screen.read(bytes[..<count])
    return true
  }

  /// Waits until something is true of the screen.
  public func wait(seconds: Int = 20, until isTrue: (VirtualTerminal) -> Bool) -> Bool {
    let end = Self.now + seconds * 1000
    while !isTrue(screen) {
      if Self.now > end { return false }
      pump(milliseconds: 20)
    }
    return true
  }

  /// Waits until a text is seen.
  public func shows(_ text: String, seconds: Int = 20) -> Bool {
    wait(seconds: seconds) { $0.picture.contains(text) }
  }

  /// Waits until nothing has come for a while and the program has taken all that was typed, so that the
  /// last frame is whole however busy the machine is.
  public func settle(milliseconds: Int = 100, seconds: Int = 60) {
    let end = Self.now + seconds * 1000
    repeat { while pump(milliseconds: milliseconds) {} } while !isWaiting && Self.now < end
  }

  /// Whether the program waits for something to happen: nothing that was typed is left to be read, and
  /// its first thread sleeps. Where the system does not tell, it is believed to.
  public var isWaiting: Bool {
    if hasEnded { return true }
    var count: Int32 = 0
    if ioctl(pty.slave, UInt(FIONREAD), &count) == 0, count > 0 { return false }
    return ProcessState.isAsleep(pty.child, thread: pty.child)
  }

  /// Whether it waits and works at nothing behind.
  public var isIdle: Bool { isWaiting && (hasEnded || ProcessState.isIdle(pty.child)) }

  /// Waits for the program to end: its exit status, or the negative number of its signal.
  public func exitStatus(seconds: Int = 20) -> Int32? {
    let end = Self.now + seconds * 1000
    while status == nil, Self.now < end {
      pump(milliseconds: 20)
      look()
      if !isOpen { usleep(10_000) }
    }
    while pump(milliseconds: 20) {}
    return status
  }

  /// Whether the terminal is as it was before the program: modes, screen, cursor, mouse and pastes.
  public var isRestored: Bool {
    changedFlags.allSatisfy { $0 == 0 } && screen.modes.subtracting([8]) == [7, 25]
  }

  /// The flags of the terminal that are not as they were, for messages: local, input, output, control.
  public var changedFlags: [UInt32] {
    var modes = termios()
    let modesBefore = pty.before
    if tcgetattr(pty.slave, &modes) != 0 { return [UInt32(bitPattern: errno)] }
    return [
      modes.c_lflag ^ modesBefore.c_lflag, modes.c_iflag ^ modesBefore.c_iflag,
      modes.c_oflag ^ modesBefore.c_oflag, modes.c_cflag ^ modesBefore.c_cflag,
    ].map { UInt32($0) }
  }

  private static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }
}
