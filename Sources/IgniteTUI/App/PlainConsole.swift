#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

import IgniteSyntax

/// Lines out and lines in; no text of a file can drive the terminal.
enum PlainConsole {
  /// Says a line.
  static func tell(_ line: String) {
    let lines = line.split(separator: "\n", omittingEmptySubsequences: false)
    for line in lines { put(VisibleText.line(String(line)) + "\n") }
  }

  /// Asks for a line.
  static func listen(_ prompt: String) -> String? {
    let lines = prompt.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for line in lines.dropLast() { tell(line) }
    put(VisibleText.line(lines.last ?? ""))
    let answer = readLine()
    // What is piped in shows no echo of its own.
    if isatty(STDIN_FILENO) == 0 { put("\n") }
    return answer
  }

  private static func put(_ text: String) {
    var text = text
    text.withUTF8 { buffer in
      guard let base = buffer.baseAddress else { return }
      var start = 0
      while start < buffer.count {
        let count = write(STDOUT_FILENO, base + start, buffer.count - start)
        if count < 0 {
          if errno == EINTR { continue }
          return
        }
        start += count
      }
    }
  }
}
