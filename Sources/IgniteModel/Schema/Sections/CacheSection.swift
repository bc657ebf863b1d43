import IgniteSyntax

extension Schema {
  /// `[services.cache]` of a cache.
  static let cache: [KeyDeclaration] = [
    KeyDeclaration("services[].cache", .table, help: "What is kept near."),
    KeyDeclaration(
      "services[].cache.backend", .choice(["memory", "redis", "dynamodb", "firestore"]),
      default: "memory", help: "Where answers are kept.", example: "redis"),
    KeyDeclaration(
      "services[].cache.strategy",
      .choice(["read-through", "write-through", "write-behind", "cache-aside"]),
      default: "read-through", help: "When answers are put there.", example: "cache-aside"),
    KeyDeclaration(
      "services[].cache.ttl_seconds", .integer(1...2_592_000), default: 300, unit: "s",
      help: "How long an answer is kept.", example: 60),
    KeyDeclaration(
      "services[].cache.invalidation", .choice(["ttl", "event", "manual"]), default: "ttl",
      help: "What makes an answer out of date.", example: "event"),
    KeyDeclaration(
      "services[].cache.write_behind", .table,
      help: "How changes wait until they are written, with the strategy write-behind."),
    KeyDeclaration(
      "services[].cache.write_behind.flush_interval_ms", .integer(10...600_000), default: 1_000,
      unit: "ms", help: "How often what waits is written.", example: 500),
    KeyDeclaration(
      "services[].cache.write_behind.batch", .integer(1...1_000), default: 50,
      help: "How many changes are written at once.", example: 100),
    KeyDeclaration(
      "services[].cache.write_behind.queue", .integer(1...1_000_000), default: 10_000,
      help: "How many things may wait to be written; further changes are refused.", example: 5_000),
  ].map { $0.only(for: "cache") }
}
