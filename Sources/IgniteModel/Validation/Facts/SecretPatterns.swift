/// How secrets look and what their keys are called.
enum SecretPatterns {
  /// What kind of secret a text looks like; absent for an ordinary text.
  static func kind(of text: String) -> String? {
    for (prefix, length, kind) in prefixes where hasPrefix(prefix, of: text, length: length) {
      return kind
    }
    if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----") { return "a private key" }
    if hasPassword(text) { return "a password in an address" }
    return nil
  }

  /// Whether values of a key of this name are secret.
  static func isSecretKey(_ key: String) -> Bool {
    let words = Set(Naming.words(of: key))
    if !words.isDisjoint(with: ["password", "passwd", "passphrase"]) { return true }
    let last = key.split { $0 == "_" || $0 == "-" }.last.map { $0.lowercased() }
    return last == "secret" || last == "token"
      || key.lowercased().hasSuffix("api_key") || key.lowercased().hasSuffix("private_key")
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

  private static func hasPrefix(_ prefix: String, of text: String, length: Int) -> Bool {
    text.utf8.count >= length && text.hasPrefix(prefix) && !text.utf8.contains(0x20)
  }

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
