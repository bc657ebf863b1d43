import Foundation

/// A server of tmux of its own with one window, shown in a terminal of its own.
public struct TmuxServer {
  private let socket = "allframe-\(UUID().uuidString.prefix(8))"
  private let client: TerminalSession

  /// Runs a command of the shell in the window.
  public init(_ command: String) {
    let words = [
      "-L", socket, "-f", "/dev/null", "new-session", command, ";", "set", "status", "off",
    ]
    let environment = ["TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"]
    client = TerminalSession(Tool.path(of: "tmux") ?? "tmux", words, environment: environment)
  }

  /// Gives the server a command; what it says.
  @discardableResult
  public func run(_ arguments: String...) throws -> String {
    while client.pump(milliseconds: 0) {}
    let outcome = try Tool.run("tmux", ["-L", socket, "-f", "/dev/null"] + arguments)
    return String(decoding: outcome.output, as: UTF8.self)
  }

  /// Waits until a text is seen; then the screen.
  public func screen(with text: String) throws -> String {
    for _ in 0..<200 {
      let screen = try run("capture-pane", "-p")
      if screen.contains(text) { return screen }
      Thread.sleep(forTimeInterval: 0.05)
    }
    return try run("capture-pane", "-p")
  }

  /// Ends the server with its windows.
  public func stop() { _ = try? run("kill-server") }
}
