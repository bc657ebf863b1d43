import IgniteSyntax

extension Schema {
  /// `[feature_flags]`: what can be switched while running.
  static let featureFlags: [KeyDeclaration] = [
    KeyDeclaration("feature_flags", .table, help: "What can be switched while running."),
    KeyDeclaration(
      "feature_flags.provider",
      .choice(["unleash", "launchdarkly", "flagsmith", "env", "none"]), default: "none",
      help: "Who knows which flags are on; `env` is a variable and a file.", example: "unleash"),
    KeyDeclaration(
      "feature_flags.default_strategy", .choice(["enabled", "disabled", "gradual"]),
      default: "disabled", help: "What a flag is when nobody knows.", example: "gradual"),
    KeyDeclaration(
      "feature_flags.sync_interval_seconds", .integer(1...86_400), default: 30, unit: "s",
      help: "How often flags are asked for.", example: 15),
  ]
}
