import IgniteSyntax

extension Schema {
  /// `[services.acl]` of a legacy adapter.
  static let acl: [KeyDeclaration] = [
    KeyDeclaration("services[].acl", .table, help: "The legacy system it translates."),
    KeyDeclaration(
      "services[].acl.upstream", .shaped(.url), effect: .carried,
      help: "Where the legacy system is.", example: "https://legacy.example.com/api"),
    KeyDeclaration(
      "services[].acl.protocol",
      .choice(["rest", "soap", "graphql", "grpc", "database", "file", "queue"]),
      default: "rest", help: "How the legacy system is talked to.", example: "soap"),
    KeyDeclaration(
      "services[].acl.translation_map", .table, help: "The legacy system's words and ours."),
    KeyDeclaration(
      "services[].acl.translation_map.<term>", .text(maxLength: 255), effect: .prose,
      help: "Our word for one of the legacy system's.", example: "customer_id"),
    KeyDeclaration(
      "services[].acl.sync_strategy", .choice(["polling", "events", "on-demand"]),
      default: "on-demand", help: "When data comes over.", example: "polling"),
    KeyDeclaration(
      "services[].acl.polling_interval_seconds", .integer(1...86_400), default: 60, unit: "s",
      help: "How often the legacy system is asked.", example: 300),
  ].map { $0.only(for: "legacy-adapter") }
}
