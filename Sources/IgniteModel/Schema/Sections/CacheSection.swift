import IgniteSyntax

extension Schema {
  /// `[services.cache]` of a cache.
  static let cache: [KeyDeclaration] = [
    KeyDeclaration("services[].cache", .table, help: "What is kept near."),
    KeyDeclaration(
      "services[].cache.backend", .choice(["memory", "redis"]), default: "memory",
      help: "Where answers are kept.", example: "redis"),
    KeyDeclaration(
      "services[].cache.strategy", .choice(["read-through", "write-through", "cache-aside"]),
      default: "read-through", help: "When answers are put there.", example: "cache-aside"),
    KeyDeclaration(
      "services[].cache.ttl_seconds", .integer(1...2_592_000), default: 300, unit: "s",
      help: "How long an answer is kept.", example: 60),
    KeyDeclaration(
      "services[].cache.invalidation", .choice(["ttl", "event", "manual"]), default: "ttl",
      help: "What makes an answer out of date.", example: "event"),
  ].map { $0.only(for: "cache") }
}
