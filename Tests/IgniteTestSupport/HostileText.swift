/// Texts that break out of languages that do not encode them.
public enum HostileText {
  /// Pieces that mean something to some language, to terminals or to Unicode.
  public static let pieces: [String] = [
    "\"", "\\", "'", "`", "${", "%{", "$", "$$", "%", "{", "}", "{{", "}}", "${{ x }}", "*/", "/*",
    "//", "#", "--", "\n", "\r", "\r\n", "\t", "\0", "\u{1}", "\u{1B}[31m", "\u{7F}", "\u{85}",
    "\u{B}", "\u{C}", "\u{2028}", "\u{2029}", "\u{202E}", "\u{2066}", "\u{200B}", "\u{FEFF}",
    "\u{1F980}", "\u{E9}", "e\u{301}", "\u{10FFFF}", "\u{FFFE}", "\u{E0001}", "$(id)", ";", "|",
    "&&", "<%", "%>", "<%= x %>", ": ", "- ", "~", "null", "yes", "0x1F", "1e3", " ", "EOF",
    "]]>", "\\u{41}", "\\n", "%s", "!", "@", "<script>", "[a](b)", "**", "'; DROP TABLE x; --",
    "\\'", "\\\"", "a", "Z9", "-", "=", "?", "\\\n",
  ]

  /// Each piece alone, and mixtures of up to eight, the same in every run.
  public static let samples: [String] = {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }
    let mixtures = (0..<400).map { _ in
      (0...next(8)).map { _ in pieces[next(pieces.count)] }.joined()
    }
    return [""] + pieces + mixtures
  }()
}
