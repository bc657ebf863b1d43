/// How secrets look and what their keys are called.
enum SecretPatterns {
  /// What kind of secret a text looks like; absent for an ordinary text and for one with a variable.
  static func kind(of text: String) -> String? {
    let signs = Signs(in: text)
    if signs.hasVariable { return nil }
    if signs.isLongWord {
      for (prefix, length, kind) in prefixes
      where text.utf8.count >= length && text.utf8.starts(with: prefix.utf8) {
        return kind
      }
    }
    if signs.hasDashes, text.contains("PRIVATE KEY-----") { return "a private key" }
    if signs.hasAt, hasPassword(text) { return "a password in an address" }
    return nil
  }

  /// What one look at each byte of a text shows; most texts show nothing.
  private struct Signs {
    var hasVariable = false
    var hasDashes = false
    var hasAt = false
    var isLongWord = false

    init(in text: String) {
      var previous: UInt8 = 0
      var dashes = 0
      var hasBlank = false
      for byte in text.utf8 {
        if byte == 0x7B, previous == 0x24 { hasVariable = true }
        if byte == 0x40 { hasAt = true }
        if byte == 0x20 { hasBlank = true }
        dashes = byte == 0x2D ? dashes + 1 : 0
        if dashes == 5 { hasDashes = true }
        previous = byte
      }
      isLongWord = !hasBlank && text.utf8.count >= 20
    }
  }

  /// Whether values of a key of this name are secret.
  static func isSecretKey(_ key: String) -> Bool {
    let words = Set(Naming.words(of: key))
    if !words.isDisjoint(with: ["password", "passwd", "passphrase"]) { return true }
    let name = Naming.snake(key)
    return ["secret", "token", "api_key", "private_key"].contains { name.hasSuffix($0) }
  }

  /// The fixed beginnings of keys that their issuers document, with the shortest length of the whole.
  private static let prefixes: [(String, Int, String)] = [
    ("AKIA", 20, "an AWS access key"), ("ASIA", 20, "an AWS access key"),
    ("ghp_", 36, "a GitHub token"), ("github_pat_", 40, "a GitHub token"),
    ("glpat-", 20, "a GitLab token"), ("sk_live_", 20, "a Stripe key"),
    ("rk_live_", 20, "a Stripe key"), ("xoxb-", 20, "a Slack token"),
    ("xoxp-", 20, "a Slack token"),
    ("AIza", 35, "a Google API key"), ("SG.", 40, "a SendGrid key"),
    ("eyJ", 60, "a JSON web token"),
    ("hvs.", 24, "a Vault token"), ("npm_", 36, "an npm token"),
  ]

  /// Whether an address holds a user with a password: `postgres://user:word@host`.
  private static func hasPassword(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard let scheme = bytes.firstRange(of: Array("://".utf8)) else { return false }
    let authority = bytes[scheme.upperBound...].prefix { $0 != 0x2F && $0 != 0x3F && $0 != 0x20 }
    guard let at = authority.lastIndex(of: 0x40) else { return false }
    let user = authority[..<at]
    guard let colon = user.firstIndex(of: 0x3A) else { return false }
    return user.index(after: colon) < user.endIndex
  }
}
