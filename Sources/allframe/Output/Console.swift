#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One of the two streams that the program speaks to.
enum Console {
  /// What the person asked for.
  case output
  /// What the person should know besides.
  case error

  private var descriptor: Int32 { self == .output ? STDOUT_FILENO : STDERR_FILENO }

  /// Whether a person reads it at a terminal.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Whether a person can be asked: both ends are terminals.
  static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && Console.error.isTerminal }

  /// Whether colours may be sent: at a terminal that has them, unless `NO_COLOR` is set.
  var hasColor: Bool {
    guard isTerminal, getenv("NO_COLOR").map({ $0.pointee == 0 }) ?? true else { return false }
    guard let terminal = getenv("TERM") else { return false }
    return String(cString: terminal) != "dumb"
  }

  /// Whether box-drawing characters arrive as such: the locale is of UTF-8.
  var isUnicode: Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(ProcessEnvironment.value)
    let locale = names.first { !$0.isEmpty }?.lowercased() ?? ""
    return locale.contains("utf-8") || locale.contains("utf8")
  }

  /// The columns of the terminal, 100 where there is none.
  var width: Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
    return Int(size.ws_col)
  }

  /// Writes a text as it is; a reader that went away ends the program quietly.
  func write(_ text: String) {
    var text = text
    text.withUTF8 { buffer in
      var start = 0
      while start < buffer.count, let base = buffer.baseAddress {
        #if canImport(Glibc)
          let count = Glibc.write(descriptor, base + start, buffer.count - start)
        #elseif canImport(Musl)
          let count = Musl.write(descriptor, base + start, buffer.count - start)
        #else
          let count = Darwin.write(descriptor, base + start, buffer.count - start)
        #endif
        if count < 0 {
          if errno == EINTR { continue }
          exit(errno == EPIPE ? 0 : 1)
        }
        start += count
      }
    }
  }

  /// Writes a line.
  func print(_ line: String) { write(line + "\n") }
}
