import IgniteSyntax

extension Schema {
  /// `[services.acl]` of a legacy adapter.
  static let acl: [KeyDeclaration] = [
    KeyDeclaration("services[].acl", .table, help: "The legacy system it translates."),
    KeyDeclaration(
      "services[].acl.upstream", .shaped(.url), effect: .carried,
      help: "Where the legacy system is.", example: "https://legacy.example.com/api"),
    KeyDeclaration(
      "services[].acl.folder", .text(maxLength: 1024), effect: .carried,
      help: "Where the legacy system drops files.", example: "/var/spool/crm"),
    KeyDeclaration(
      "services[].acl.protocol", .choice(["rest", "soap", "file"]), default: "rest",
      help: "How the legacy system is talked to.", example: "soap"),
    KeyDeclaration(
      "services[].acl.auth", .choice(["none", "api-key", "bearer", "hmac", "oauth2"]),
      default: "none",
      help: "How it proves to the legacy system who it is; the secrets are in the environment.",
      example: "bearer"),
    KeyDeclaration(
      "services[].acl.translation_map", .table,
      help: "What the legacy system calls fields of ours; `translation.toml` says more."),
    KeyDeclaration(
      "services[].acl.translation_map.<term>", .shaped(.fieldName),
      help: "Our field for one of the legacy system's.", example: "customer_id"),
    KeyDeclaration(
      "services[].acl.sync_strategy", .choice(["polling", "webhook", "on-demand"]),
      default: "on-demand", synonyms: ["events": "webhook"],
      help:
        "When data comes over: from time to time, when the legacy system tells at `/webhooks/legacy`, or on request alone.",
      example: "polling"),
    KeyDeclaration(
      "services[].acl.polling_interval_seconds", .integer(1...86_400), default: 60, unit: "s",
      help: "How often the legacy system is asked.", example: 300),
  ].map { $0.only(for: "legacy-adapter") }
}
