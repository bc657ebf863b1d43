import Testing

@testable import IgniteTUI

struct ColorSupportTests {
  @Test(
    arguments: [
      (["TERM": "xterm-256color", "COLORTERM": "truecolor"], nil, ColorSupport.truecolor),
      (["TERM": "xterm-256color"], 256, .indexed), (["TERM": "xterm-256color"], nil, .indexed),
      (["TERM": "linux"], 8, .eight), (["TERM": "xterm-16color"], 16, .sixteen),
      (["TERM": "vt100"], 0, ColorSupport.none), (["TERM": "vt220"], nil, ColorSupport.none),
      (["TERM": "dumb", "COLORTERM": "truecolor"], nil, ColorSupport.none),
      (["TERM": "xterm", "NO_COLOR": "1", "COLORTERM": "24bit"], 8, ColorSupport.none),
      (["TERM": "xterm", "NO_COLOR": ""], 8, .eight),
      (["TERM": "screen", "STY": "1.x", "COLORTERM": "truecolor"], 8, .eight),
      (["TERM": "tmux-256color", "TMUX": "x", "COLORTERM": "truecolor"], 256, .truecolor),
      (["TERM": "xterm-direct"], nil, .truecolor), ([:], nil, ColorSupport.none),
    ] as [([String: String], Int?, ColorSupport)])
  func isDetected(_ variables: [String: String], _ colours: Int?, _ expected: ColorSupport) {
    let environment = TerminalEnvironment(variables)
    #expect(ColorSupport.detected(environment, colours: colours) == expected)
  }

  @Test(arguments: [
    (["LANG": "en_US.UTF-8"], true), (["LANG": "C"], false), ([:], false),
    (["LANG": "de_DE.utf8", "LC_ALL": "C"], false), (["LC_ALL": "", "LC_CTYPE": "C.UTF-8"], true),
  ])
  func knowsTheCharacterSet(_ variables: [String: String], _ isUTF8: Bool) {
    #expect(TerminalEnvironment(variables).isUTF8 == isUTF8)
  }
}
