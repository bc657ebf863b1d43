import IgniteTestSupport
import Testing

/// What people see who work in tmux.
@Suite(.serialized, .enabled(if: Tool.path(of: "tmux") != nil))
struct TmuxTests {
  private func server(_ variables: String) throws -> TmuxServer {
    TmuxServer("\(variables) \(Program.path(of: "terminal-probe")); echo ended; exec cat")
  }

  @Test(arguments: ["", "COLORTERM=truecolor"])
  func showsTheSameInTmux(_ colours: String) throws {
    let server = try server("TERM=tmux-256color LANG=C.UTF-8 \(colours)")
    defer { server.stop() }
    let screen = try server.screen(with: "Probe 80x24")
    let lines = screen.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0].hasPrefix("┌ Probe 80x24 ───"))
    #expect(lines[1].hasPrefix("│世界 e\u{301} ✓ │"))
    #expect(lines[1].hasSuffix("│"))
    _ = try server.run("send-keys", "M-x", "F5", "C-s", "BTab", "S-F2", "C-Left", "Escape")
    let after = try server.screen(with: "key escape")
    for key in ["alt-x", "f5", "ctrl-s", "shift-tab", "shift-f2", "ctrl-left"] {
      #expect(after.contains("key \(key)"), "\(key)")
    }
  }

  @Test func followsTheWindowAndGivesThePaneBack() throws {
    let server = try server("TERM=tmux-256color LANG=C.UTF-8")
    defer { server.stop() }
    _ = try server.screen(with: "Probe 80x24")
    for (width, height) in [("60", "20"), ("132", "43"), ("90", "33")] {
      _ = try server.run("resize-window", "-x", width, "-y", height)
    }
    #expect(try server.screen(with: "Probe 90x33").contains("┌ Probe 90x33 ──"))
    _ = try server.run("set-buffer", "first\nsecond\n")
    _ = try server.run("paste-buffer", "-p")
    #expect(try server.screen(with: "paste 13").contains("paste 13 bytes 2 lines"))
    _ = try server.run("send-keys", "q")
    let screen = try server.screen(with: "ended")
    #expect(screen.contains("finished"))
    #expect(!screen.contains("Probe"))
  }
}
